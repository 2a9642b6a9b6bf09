import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConversationGraph, ORPHAN } from '../../../src/core/graph/conversation-graph.ts';
import { findCycles } from '../../../src/core/findings/cycles.ts';
import { bestCandidate, candidatesFor, type Candidate } from '../../../src/core/repair/candidates.ts';
import { Components } from '../../../src/core/repair/components.ts';
import { candidatesOfAll, planLinks } from '../../../src/core/repair/links.ts';
import { ToolPairs } from '../../../src/core/graph/tool-pairs.ts';
import { FLAG } from '../../../src/core/transcript/record-kinds.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { memorySource } from '../../support/memory-source.ts';
import { present } from '../../support/expect-value.ts';
import { conversation, idOf, lines, type RecordSpec } from '../../support/records.ts';

const graphOf = async (specs: readonly RecordSpec[]): Promise<ConversationGraph> =>
  ConversationGraph.of(await readTranscript(memorySource(lines(specs))));

/** The records that are left name their place in the whole session as their time. */
function without(specs: readonly RecordSpec[], ...lost: number[]): RecordSpec[] {
  return specs.map((spec, i) => ({ at: i, ...spec })).filter((spec) => !lost.some((id) => spec.id === idOf(id)));
}

interface Suggested {
  readonly parent: number;
  readonly confidence: Candidate['confidence'];
  readonly reasons: string;
  readonly others: readonly number[];
}

/** What is suggested for each orphan, by the numbers of their ids. */
async function suggested(specs: readonly RecordSpec[]): Promise<Record<number, Suggested | null>> {
  const graph = await graphOf(specs);
  const orphans = [...graph.parent.keys()].filter((record) => graph.parent[record] === ORPHAN);
  const number = (record: number): number => (record < 0 ? record : Number.parseInt(graph.index.uuidText(record).slice(-12), 16));
  const found: Record<number, Suggested | null> = {};
  for (const [record, [first, ...others]] of candidatesOfAll(graph, new ToolPairs(graph.index), orphans)) {
    found[number(record)] =
      first === undefined
        ? null
        : {
            parent: number(first.parent),
            confidence: first.confidence,
            reasons: first.reasons.join(' '),
            others: others.map((other) => number(other.parent)),
          };
  }
  return found;
}

const prompt = (id: number, parent: number | null, at?: number): RecordSpec => ({
  id: idOf(id),
  parent: parent === null ? null : idOf(parent),
  ...(at === undefined ? {} : { at }),
});

function answer(
  id: number,
  parent: number,
  messageId: string,
  content: Record<string, unknown>,
  more: Partial<RecordSpec> = {},
): RecordSpec {
  return { id: idOf(id), parent: idOf(parent), type: 'assistant', messageId, content: [content], ...more };
}
const text = (id: number, parent: number, messageId: string, more?: Partial<RecordSpec>): RecordSpec =>
  answer(id, parent, messageId, { type: 'text', text: 'said' }, more);
const thinking = (id: number, parent: number, messageId: string, more?: Partial<RecordSpec>): RecordSpec =>
  answer(id, parent, messageId, { type: 'thinking', thinking: 'hm', signature: 's' }, more);
const call = (id: number, parent: number, messageId: string, tool: string, more?: Partial<RecordSpec>): RecordSpec =>
  answer(id, parent, messageId, { type: 'tool_use', id: tool, name: 'Read', input: {} }, more);
const result = (id: number, parent: number, tool: string, at?: number): RecordSpec => ({
  id: idOf(id),
  parent: idOf(parent),
  content: [{ type: 'tool_result', tool_use_id: tool, content: 'ok' }],
  ...(at === undefined ? {} : { at }),
});
const progress = (id: number, parent: number, tool: string): RecordSpec => ({
  id: idOf(id),
  parent: idOf(parent),
  type: 'progress',
  extra: { data: { type: 'bash_progress' }, parentToolUseID: tool },
});

/** u0 ← thinking 1 ← call 2 ← call 3 ← call 4; results 5, 6, 7; 7 ← text 8. */
function parallelCalls(): RecordSpec[] {
  return [
    prompt(0, null, 0),
    thinking(1, 0, 'msg_a', { at: 3 }),
    call(2, 1, 'msg_a', 'a', { at: 4 }),
    call(3, 2, 'msg_a', 'b', { at: 5 }),
    call(4, 3, 'msg_a', 'c', { at: 6 }),
    result(5, 2, 'a', 7),
    result(6, 3, 'b', 7.1),
    result(7, 4, 'c', 7.2),
    text(8, 7, 'msg_b', { at: 12 }),
  ];
}

describe('the place of a lost tool call', () => {
  it('is before the first of its children, for all of them', async () => {
    const found = await suggested(without(parallelCalls(), 2));
    expect(found[3]).toMatchObject({ parent: 1, confidence: 'high' });
    expect(found[5]).toMatchObject({ parent: 1, confidence: 'high' });
    expect(found[5]?.reasons).toContain('the same lost record');
  });

  it('is behind the last call of the answer when the results stand side by side', async () => {
    const found = await suggested(without(parallelCalls(), 4));
    expect(found[7]).toMatchObject({ parent: 3, confidence: 'medium' });
    expect(found[7]?.others).toContain(6);
  });

  it('is told by results that are still to come for the same answer', async () => {
    const session = parallelCalls();
    const [first, second, last] = [present(session[5]), present(session[6]), present(session[7])];
    const found = await suggested(without([...session.slice(0, 5), { ...first, at: 7 }, { ...last, at: 9 }, { ...second, at: 20 }], 4));
    expect(found[7]).toMatchObject({ parent: 3 });
  });

  it('is after the result before it when the model had time to answer', async () => {
    const session = [
      prompt(0, null),
      call(1, 0, 'msg_a', 'a'),
      result(2, 1, 'a'),
      call(3, 2, 'msg_b', 'b'),
      result(4, 3, 'b', 9),
      text(5, 4, 'msg_c'),
    ];
    const found = await suggested(without(session, 3));
    expect(found[4]).toMatchObject({ parent: 2, confidence: 'medium' });
  });

  it('is one gap with another lost call of the same answer', async () => {
    const found = await suggested(without(parallelCalls(), 2, 3));
    expect(found[4]?.parent).toBe(1);
    expect(found[5]?.parent).toBe(1);
    expect(found[6]?.parent).toBe(1);
  });
});

describe('the prompt cache', () => {
  /** Answers that each find what the one before left, except where a record is lost. */
  function cachedSession(gap: readonly RecordSpec[]): RecordSpec[] {
    const turns: RecordSpec[] = [prompt(0, null)];
    for (let i = 0; i < 6; i++) {
      const parent = 2 * i;
      turns.push(withUsage(call(parent + 1, parent, `msg_${i}`, `tool_${i}`), 1000 * i, 1000), result(parent + 2, parent + 1, `tool_${i}`));
    }
    return [...turns, ...gap].map((spec, i) => ({ ...spec, at: spec.at ?? 10 * i }));
  }

  it('says that an answer is lost between', async () => {
    const gap = [result(21, 20, 'lost', 130.2), withUsage(text(22, 21, 'msg_z', { at: 140 }), 7000, 500)];
    expect((await suggested(cachedSession(gap)))[21]).toMatchObject({ parent: 12, confidence: 'high' });
  });

  it('says that no answer is lost between: the calls were made together', async () => {
    const gap = [result(21, 20, 'lost', 124), withUsage(text(22, 21, 'msg_z', { at: 140 }), 6000, 500)];
    expect((await suggested(cachedSession(gap)))[21]).toMatchObject({ parent: 11, confidence: 'medium' });
  });

  it('says that a compaction was lost, or a step back: nothing is sure then', async () => {
    const gap = [withUsage(thinking(21, 20, 'msg_z', { at: 140 }), 0, 900)];
    const found = await suggested(cachedSession(gap));
    expect(found[21]).toMatchObject({ confidence: 'low' });
    expect(found[21]?.reasons).toContain('much less');
  });
});

function withUsage(spec: RecordSpec, read: number, written: number): RecordSpec {
  const usage = { cache_read_input_tokens: read, cache_creation_input_tokens: written };
  return { ...spec, extra: { ...spec.extra, message: { id: spec.messageId, role: 'assistant', content: spec.content, usage } } };
}

describe('the place of another lost record', () => {
  it('is the call whose result it was, beside calls that are answered', async () => {
    const found = await suggested(without(parallelCalls(), 7));
    expect(found[8]).toMatchObject({ parent: 4, confidence: 'high' });
  });

  it('is not certain where several calls of the answer are open', async () => {
    expect((await suggested(without(parallelCalls(), 6, 7)))[8]).toMatchObject({ confidence: 'medium' });
  });

  it('is no call that is still being reported on', async () => {
    const session = parallelCalls();
    const late = progress(20, 6, 'c');
    const found = await suggested(without([...session.slice(0, 7), late, ...session.slice(8)], 6));
    expect(found[20]).toMatchObject({ parent: 3 });
  });

  it('does not reach over what was said after the open call', async () => {
    const session = [
      prompt(0, null),
      call(1, 0, 'msg_a', 'a'),
      result(2, 1, 'a'),
      text(3, 2, 'msg_b'),
      prompt(4, 3),
      text(5, 4, 'msg_c'),
      prompt(6, 5),
    ];
    const found = await suggested(without(session, 2, 5));
    expect(found[3]).toMatchObject({ parent: 1 });
    expect(found[6]).toMatchObject({ parent: 4, confidence: 'high' });
  });

  it('is above the hook record that a resume goes on from', async () => {
    const hook = (id: number, parent: number, more: Partial<RecordSpec> = {}): RecordSpec => ({
      id: idOf(id),
      parent: idOf(parent),
      type: 'progress',
      extra: { data: { type: 'hook_progress' } },
      ...more,
    });
    const summary: RecordSpec = { id: idOf(3), parent: idOf(2), type: 'system', extra: { subtype: 'stop_hook_summary' } };
    const session = [prompt(0, null), text(1, 0, 'msg_a'), hook(2, 1), summary, hook(4, 2), prompt(5, 4), text(6, 5, 'msg_b')];
    expect((await suggested(without(session, 5)))[6]).toMatchObject({ parent: 1, confidence: 'medium' });
    expect((await suggested(without(session, 4)))[5]).toMatchObject({ parent: 3 });
  });

  it('is not certain when it was written later than its child', async () => {
    const session = [prompt(0, null), text(1, 0, 'msg_a', { at: 50 }), prompt(2, 1), text(3, 2, 'msg_b', { at: 10 })];
    const found = await suggested(without(session, 2));
    expect(found[3]).toMatchObject({ parent: 1, confidence: 'medium' });
  });

  it('is not certain where something continues it already', async () => {
    const session = [prompt(0, null), text(1, 0, 'msg_a'), prompt(2, 1), text(3, 2, 'msg_b')];
    const ahead: RecordSpec = { id: idOf(9), parent: idOf(1), type: 'attachment' };
    const found = await suggested([...without(session, 2), ahead]);
    expect(found[3]).toMatchObject({ parent: 1, confidence: 'medium' });
  });
});

describe('around a compaction', () => {
  const boundary = (id: number, metadata: Record<string, unknown> = {}): RecordSpec => ({
    id: idOf(id),
    type: 'system',
    extra: { subtype: 'compact_boundary', compactMetadata: metadata },
  });
  const summary = (id: number, parent: number): RecordSpec => ({ id: idOf(id), parent: idOf(parent), extra: { isCompactSummary: true } });

  it('the summary of a lost boundary starts anew: nothing stands above it', async () => {
    const found = await suggested(without([...conversation(4), boundary(10), summary(11, 10)], 10));
    expect(found[11]).toMatchObject({ parent: -1, confidence: 'high' });
  });

  it('the boundary stands in for a lost summary', async () => {
    const specs = [...conversation(4), boundary(10), summary(11, 10), text(12, 11, 'msg_z')];
    expect((await suggested(without(specs, 11)))[12]).toMatchObject({ parent: 10 });
  });

  it('a kept message goes back to those kept with it, and never for certain', async () => {
    const kept = { preservedMessages: { anchorUuid: idOf(11), uuids: [idOf(2), idOf(3)] } };
    const specs = [...conversation(4), prompt(4, 3), boundary(10, kept), summary(11, 10), text(12, 4, 'msg_z')].map((spec, i) => ({
      ...spec,
      at: i,
    }));
    const later = specs.map((spec) => (spec.id === idOf(10) || spec.id === idOf(11) ? { ...spec, at: 60 } : spec));
    expect((await suggested(without(later, 4)))[12]).toMatchObject({ parent: 3, confidence: 'medium' });
  });
});

describe('whatever is lost', () => {
  const session: RecordSpec[] = [
    ...parallelCalls(),
    { id: idOf(9), parent: idOf(8), type: 'progress' },
    { id: idOf(10), parent: idOf(9), type: 'system', extra: { subtype: 'stop_hook_summary' } },
    prompt(11, 10, 60),
    text(12, 11, 'msg_d', { at: 61 }),
    { id: idOf(13), type: 'system', extra: { subtype: 'compact_boundary' }, at: 70 },
    { id: idOf(14), parent: idOf(13), extra: { isCompactSummary: true }, at: 70 },
    call(15, 14, 'msg_e', 'd', { at: 72 }),
    progress(16, 15, 'd'),
    result(17, 15, 'd', 74),
    { id: idOf(18), parent: idOf(17), type: 'attachment', at: 74 },
    text(19, 18, 'msg_f', { at: 76 }),
  ];
  const parents = fc.array(fc.tuple(fc.nat(19), fc.nat(25)), { maxLength: 4 });
  const damage = fc.record({ lost: fc.subarray([...session.keys()]), moved: parents, shuffled: fc.boolean() });
  const damaged = ({ lost, moved, shuffled }: typeof damage extends fc.Arbitrary<infer T> ? T : never): RecordSpec[] => {
    const left = without(
      session.map((spec, i) => {
        const move = moved.find(([id]) => id === i);
        return move === undefined ? spec : { ...spec, parent: idOf(move[1]) };
      }),
      ...lost,
    );
    return shuffled ? [...left.slice(left.length >> 1), ...left.slice(0, left.length >> 1)] : left;
  };

  it('a candidate is a record of the conversation, no descendant, and not before the compaction', async () => {
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        const graph = await graphOf(damaged(how));
        const components = new Components(graph);
        const pairs = new ToolPairs(graph.index);
        for (let record = 0; record < graph.index.count; record++) {
          if (graph.parent[record] !== ORPHAN) continue;
          for (const { parent } of candidatesFor(graph, pairs, components, record)) {
            expect(graph.isMain(parent)).toBe(true);
            expect(isUnder(graph, parent, record)).toBe(false);
            expect(compactionsBefore(graph, parent + 1)).toBe(compactionsBefore(graph, record));
          }
        }
      }),
      // A hook record that names a compaction behind it.
      { numRuns: 300, examples: [[{ lost: [10], moved: [[9, 13]], shuffled: false }]] },
    );
  });

  it('the best candidate is the first of all candidates, and the same each time', async () => {
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        const graph = await graphOf(damaged(how));
        const again = await graphOf(damaged(how));
        for (let record = 0; record < graph.index.count; record++) {
          if (graph.parent[record] !== ORPHAN) continue;
          const all = candidatesFor(graph, new ToolPairs(graph.index), new Components(graph), record);
          const best = bestCandidate(graph, new ToolPairs(graph.index), new Components(graph), record);
          expect(best?.parent).toBe(all[0]?.parent);
          expect(best?.confidence).toBe(all[0]?.confidence);
          expect(candidatesFor(again, new ToolPairs(again.index), new Components(again), record)).toEqual(all);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a plan closes no cycle, and leaves none that it could cut', async () => {
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        const graph = await graphOf(damaged(how));
        const links = planLinks(graph, new ToolPairs(graph.index), new Map());
        const linked = new Set(links.map((link) => link.record));
        const left = findCycles(graph.withParents(links.map(({ record, candidate }) => ({ record, parent: candidate.parent }))));
        const before = new Set(findCycles(graph).filter((record) => !linked.has(record)));
        for (const record of left) expect(before).toContain(record);
      }),
      { numRuns: 300 },
    );
  });
});

function isUnder(graph: ConversationGraph, record: number, above: number): boolean {
  const seen = new Set<number>();
  for (let at = record; at >= 0 && !seen.has(at); at = graph.parent[at]!) {
    if (at === above) return true;
    seen.add(at);
  }
  return false;
}

function compactionsBefore(graph: ConversationGraph, record: number): number {
  let count = 0;
  for (let i = 0; i < record; i++) if (graph.index.isFlagged(i, FLAG.compactBoundary)) count++;
  return count;
}
