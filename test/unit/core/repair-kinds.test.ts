/** What each kind of repair makes of a copy, judged by its bytes and by the independent loader. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../src/core/patch/apply-patch.ts';
import { verifyCopy } from '../../../src/core/patch/verify-copy.ts';
import { NO_REPAIRS, withActions, type RepairAction } from '../../../src/core/graph/repairs.ts';
import { ConversationGraph } from '../../../src/core/graph/conversation-graph.ts';
import { synthesisedResult } from '../../../src/core/findings/synthesised-result.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { actionsOf } from '../../../src/core/findings/finding.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { memoryPorts, memorySource } from '../../support/memory-source.ts';
import { SESSION, conversation, idOf, lines, record, type RecordSpec } from '../../support/records.ts';
import { present } from '../../support/expect-value.ts';

const NEW_ID = '99999999-8888-4777-8666-555555555555';
type Siblings = Parameters<typeof memoryPorts>[1];

interface Copy {
  readonly text: string;
  readonly faults: readonly string[];
  readonly loaded: readonly string[];
}

async function copyWith(text: string, actions: readonly RepairAction[], siblings: Siblings = []): Promise<Copy> {
  const ports = memoryPorts(text, siblings);
  const analysis = await SessionAnalysis.open(ports);
  const parts: Uint8Array[] = [];
  await applyPatch(ports.source, await analysis.copies.patch(NEW_ID, actions), (piece) => {
    parts.push(piece.slice());
    return Promise.resolve();
  });
  const bytes = Buffer.concat(parts);
  const expected = await analysis.copies.expectation(NEW_ID, actions);
  return { text: bytes.toString('utf8'), faults: await verifyCopy(memorySource(bytes), expected), loaded: expected.chain ?? [] };
}

async function bestActions(text: string, siblings: Siblings = []): Promise<RepairAction[]> {
  const analysis = await SessionAnalysis.open(memoryPorts(text, siblings));
  return (await analysis.trials.plan('high')).repairs.map(({ suggestion }) => suggestion.action);
}

const ids = (...numbers: number[]): string[] => numbers.map(idOf);
const asCopied = (text: string): string => text.replaceAll(SESSION, NEW_ID);
const lineOf = (spec: RecordSpec, position: number): string => JSON.stringify(record(spec, position));

/** u0 ← a1 calls ← u2 result ← a3 ← u4 */
function withCall(): RecordSpec[] {
  const call = { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} };
  const answer = { type: 'text', text: 'done' };
  return [
    { id: idOf(0) },
    { id: idOf(1), parent: idOf(0), type: 'assistant', messageId: 'msg_a', content: [call] },
    { id: idOf(2), parent: idOf(1), content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' }] },
    { id: idOf(3), parent: idOf(2), type: 'assistant', messageId: 'msg_b', content: [answer] },
    { id: idOf(4), parent: idOf(3) },
  ];
}

describe('a lost record that stands in an agent’s file', () => {
  const whole = conversation(6).map(lineOf);
  const main = `${whole.filter((_, i) => i !== 2 && i !== 3).join('\n')}\n`;
  const agent = (numbers: readonly number[]): Siblings => [
    {
      file: 'agent-a1.jsonl',
      text: numbers.map((i) => present(whole[i]).replace('"isSidechain":false', '"isSidechain":true,"agentId":"a1"') + '\n').join(''),
    },
  ];

  it('is put back with those above it, each byte as it was', async () => {
    const actions = await bestActions(main, agent([2, 3]));
    expect(actions).toMatchObject([{ kind: 'restore', uuid: idOf(3), inserted: [{ uuid: idOf(2) }, { uuid: idOf(3) }] }]);
    const copy = await copyWith(main, actions, agent([2, 3]));
    expect(copy).toMatchObject({ faults: [], loaded: ids(0, 1, 2, 3, 4, 5) });
    expect(copy.text).toBe(asCopied(`${whole.join('\n')}\n`));
  });

  it('is bridged over where what it hung under is nowhere', async () => {
    expect(await bestActions(main, agent([3]))).toMatchObject([{ kind: 'reparent', uuid: idOf(4), parent: idOf(1) }]);
  });
});

describe('a tool call', () => {
  it('that lost its result gets one that says so', async () => {
    const [a, b, , d, e] = withCall();
    const text = lines([present(a), present(b), { ...present(d), parent: idOf(1) }, present(e)]);
    const actions = await bestActions(text);
    expect(actions).toMatchObject([{ kind: 'synthesise', call: idOf(1) }]);
    const copy = await copyWith(text, actions);
    expect(copy.faults).toEqual([]);
    const records = copy.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const result = present(records[2]);
    expect(result).toMatchObject({ type: 'user', parentUuid: idOf(1), sessionId: NEW_ID, isSidechain: false });
    expect(result['message']).toMatchObject({ content: [{ type: 'tool_result', tool_use_id: 'toolu_1', is_error: true }] });
    expect(records[3]).toMatchObject({ uuid: idOf(3), parentUuid: result['uuid'] });
    expect(copy.loaded).toHaveLength(5);
  });

  it('that is lost may have its result left out, and what follows goes on above; today’s client needs no such repair', async () => {
    const [a, , c, d, e] = withCall();
    const text = lines([present(a), { ...present(c), parent: idOf(0) }, present(d), present(e)]);
    expect(await bestActions(text)).toEqual([]);
    const analysis = await SessionAnalysis.open(memoryPorts(text));
    const [finding] = await analysis.judgement.findings();
    expect(finding).toMatchObject({ code: 'tool-call-missing', severity: 'info', uuid: idOf(2) });
    const actions = (await analysis.judgement.suggestions(present(finding).id)).map(({ action }) => action);
    expect(actions).toEqual([{ kind: 'bypass', uuid: idOf(2) }]);
    const copy = await copyWith(text, actions);
    expect(copy).toMatchObject({ faults: [], loaded: ids(0, 3, 4) });
    expect(copy.text).not.toContain('toolu_1');
  });

  describe('with two results', () => {
    const result = (failed: boolean, text: string): unknown => [
      { type: 'tool_result', tool_use_id: 'toolu_1', content: text, ...(failed ? { is_error: true } : {}) },
    ];
    const twice = (first: boolean, second: boolean): string => {
      const [a, b, c, d, e] = withCall().map(present);
      const again = { ...present(c), id: idOf(9), parent: idOf(2), content: result(second, 'later') };
      return lines([
        present(a),
        present(b),
        { ...present(c), content: result(first, 'sooner') },
        again,
        { ...present(d), parent: idOf(9) },
        present(e),
      ]);
    };

    it('keeps what the call gave, and leaves out the refusal before it, after a question', async () => {
      const text = twice(true, false);
      expect(await bestActions(text)).toEqual([]);
      const analysis = await SessionAnalysis.open(memoryPorts(text));
      const [finding] = await analysis.judgement.findings();
      expect(finding).toMatchObject({ code: 'tool-id-repeated', severity: 'error', uuid: idOf(9) });
      const actions = (await analysis.judgement.suggestions(present(finding).id)).map(({ action }) => action);
      expect(actions[0]).toEqual({ kind: 'bypass', uuid: idOf(2) });
      const copy = await copyWith(text, actions.slice(0, 1));
      expect(copy).toMatchObject({ faults: [], loaded: ids(0, 1, 9, 3, 4) });
      expect(copy.text).toContain('later');
      expect(copy.text).not.toContain('sooner');
    });

    it.each([
      [false, false],
      [false, true],
      [true, true],
    ])('sends the first where the later one is no better: failed %s, %s', async (first, second) => {
      const analysis = await SessionAnalysis.open(memoryPorts(twice(first, second)));
      const [finding] = await analysis.judgement.findings();
      expect(finding).toMatchObject({ code: 'tool-id-repeated', severity: 'info' });
      const [best] = await analysis.judgement.suggestions(present(finding).id);
      expect(best?.action).toEqual({ kind: 'bypass', uuid: idOf(9) });
    });
  });

  it('that the session ends with, or that somebody interrupted at the end, is no finding', async () => {
    const analysis = await SessionAnalysis.open(memoryPorts(lines(withCall().slice(0, 2))));
    expect(await analysis.judgement.findings()).toEqual([]);
  });
});

describe('history written a second time', () => {
  const whole = conversation(8).map(lineOf);
  const text = `${[...whole, ...whole.slice(2, 5)].join('\n')}\n`;

  it('is left out, byte for byte the session before', async () => {
    const actions = await bestActions(text);
    expect(actions).toEqual([{ kind: 'quarantine', lines: [[9, 11]], uuid: idOf(2) }]);
    const copy = await copyWith(text, actions);
    expect(copy).toMatchObject({ faults: [], loaded: ids(0, 1, 2, 3, 4, 5, 6, 7) });
    expect(copy.text).toBe(asCopied(`${whole.join('\n')}\n`));
  });

  it('does not keep today’s client from the end: it goes on at the newest of what hangs below', async () => {
    const analysis = await SessionAnalysis.open(memoryPorts(text));
    expect((await analysis.judgement.summary()).resume).toMatchObject({ now: 8, repaired: 8, others: [{ now: 8, repaired: 8 }] });
  });
});

describe('branches', () => {
  const answer = (id: number, parent: number, at: number): RecordSpec => ({
    id: idOf(id),
    parent: idOf(parent),
    type: 'assistant',
    messageId: `msg_${id}`,
    content: [{ type: 'text', text: `answer ${id}` }],
    at,
  });
  const prompt = (id: number, parent: number, at: number): RecordSpec => ({ id: idOf(id), parent: idOf(parent), at });
  /** Two processes at once: 10 … 13 and 20 … 23 from the end of a conversation of four. */
  const rivals = [
    ...conversation(4),
    prompt(10, 3, 10),
    prompt(20, 3, 11),
    answer(11, 10, 12),
    answer(21, 20, 13),
    prompt(12, 11, 14),
    prompt(22, 21, 15),
    answer(13, 12, 16),
    answer(23, 22, 17),
  ];

  it('that took turns are put in order of time: nothing is lost by it', async () => {
    const analysis = await SessionAnalysis.open(memoryPorts(lines(rivals)));
    const [finding] = await analysis.judgement.findings();
    expect(finding).toMatchObject({ code: 'branches-compete', severity: 'error', uuid: idOf(20) });
    const suggestions = await analysis.judgement.suggestions(present(finding).id);
    expect(suggestions.map((one) => [actionsOf(one), one.confidence, one.effect.after])).toEqual([
      [
        [
          { kind: 'reparent', uuid: idOf(20), parent: idOf(11) },
          { kind: 'reparent', uuid: idOf(12), parent: idOf(21) },
          { kind: 'reparent', uuid: idOf(22), parent: idOf(13) },
        ],
        'high',
        12,
      ],
      [[{ kind: 'choose-leaf', uuid: idOf(13) }], 'medium', 8],
    ]);
  });

  it('of one turn each, asked at the same time, are the user’s choice', async () => {
    const analysis = await SessionAnalysis.open(memoryPorts(lines(rivals.slice(0, 8))));
    const [finding] = await analysis.judgement.findings();
    const suggestions = await analysis.judgement.suggestions(present(finding).id);
    expect(suggestions.map(({ kind, confidence }) => [kind, confidence])).toEqual([
      ['reparent', 'medium'],
      ['choose-leaf', 'medium'],
    ]);
    expect((await analysis.trials.plan('high')).repairs).toEqual([]);
  });

  it('are previewed choice by choice, as what a copy with it loads', async () => {
    const analysis = await SessionAnalysis.open(memoryPorts(lines(rivals)));
    const loadedWith = async (actions: readonly RepairAction[]): Promise<string[]> => {
      const view = await analysis.travel.at(withActions(NO_REPAIRS, actions));
      const rows = [...(await view.records.loadedRows(0, 5)), ...(await view.records.loadedRows(5, 100))];
      expect(rows.map(({ uuid }) => uuid)).toEqual((await copyWith(lines(rivals), actions)).loaded);
      return rows.map(({ text }) => text);
    };
    const [older, newer] = [ids(10, 11, 12, 13), ids(20, 21, 22, 23)].map((branch, i) =>
      branch.map((id, n) => (n % 2 === 0 ? `text of ${id}` : `answer ${(i + 1) * 10 + n}`)),
    );
    const common = ids(0, 1, 2, 3).map((id, n) => (n % 2 === 0 ? `text of ${id}` : `answer ${n}`));
    expect(await loadedWith([])).toEqual([...common, ...present(newer)]);
    const [finding] = await analysis.judgement.findings();
    const [both, other] = await analysis.judgement.suggestions(present(finding).id);
    const turns = [0, 2].flatMap((n) => [older, newer].flatMap((branch) => present(branch).slice(n, n + 2)));
    expect(await loadedWith(actionsOf(present(both)))).toEqual([...common, ...turns]);
    expect(await loadedWith([present(other).action])).toEqual([...common, ...present(older)]);
    expect(await loadedWith([{ kind: 'choose-leaf', uuid: idOf(23) }])).toEqual([...common, ...present(newer)]);
  });

  it('can be chosen: the chosen end is the last and the newest, and the client’s note names it', async () => {
    const note = (leaf: number): string => `{"type":"last-prompt","lastPrompt":"x","leafUuid":"${idOf(leaf)}","sessionId":"${SESSION}"}\n`;
    const text = lines(rivals) + note(23);
    const copy = await copyWith(text, [{ kind: 'choose-leaf', uuid: idOf(13) }]);
    expect(copy).toMatchObject({ faults: [], loaded: ids(0, 1, 2, 3, 10, 11, 12, 13) });
    const last = copy.text.trim().split('\n').slice(-2);
    expect(last[0]).toBe(asCopied(note(13)).trim());
    expect(JSON.parse(present(last[1]))).toMatchObject({ uuid: idOf(13), timestamp: '2026-03-01T12:00:00.000Z' });
  });

  it('can be chosen where a lost result was put in at their end', async () => {
    const call = { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} };
    const asking: RecordSpec = { id: idOf(13), parent: idOf(12), type: 'assistant', messageId: 'msg_call', content: [call], at: 16 };
    const text = lines(rivals.map((spec) => (spec.id === idOf(13) ? asking : spec)));
    const index = await readTranscript(memorySource(text));
    const result = synthesisedResult(ConversationGraph.of(index), index.recordOfUuid(idOf(13)), index.names.find('toolu_1'));
    const copy = await copyWith(text, [{ kind: 'choose-leaf', uuid: idOf(13) }, result]);
    expect(copy.faults).toEqual([]);
    expect(copy.loaded.slice(0, -1)).toEqual(ids(0, 1, 2, 3, 10, 11, 12, 13));
    expect(JSON.parse(present(copy.text.trim().split('\n').at(-1)))).toMatchObject({
      parentUuid: idOf(13),
      timestamp: '2026-03-01T12:00:00.000Z',
    });
  });

  it('left by a step back are no finding', async () => {
    const specs = [...conversation(6), prompt(10, 1, 20), answer(11, 10, 21)];
    expect(await (await SessionAnalysis.open(memoryPorts(lines(specs)))).judgement.findings()).toEqual([]);
  });

  it('that a client grafted on an old place continue the end of the conversation', async () => {
    const graft: RecordSpec = {
      id: idOf(20),
      parent: idOf(1),
      content: 'Continue from where you left off.',
      extra: { isMeta: true },
      at: 30,
    };
    const text = lines([...conversation(8), graft, answer(21, 20, 31)]);
    const analysis = await SessionAnalysis.open(memoryPorts(text));
    expect(await analysis.judgement.findings()).toMatchObject([{ code: 'stale-graft', severity: 'error', uuid: idOf(20) }]);
    const actions = await bestActions(text);
    expect(actions).toEqual([{ kind: 'reparent', uuid: idOf(20), parent: idOf(7) }]);
    expect((await copyWith(text, actions)).loaded).toEqual(ids(0, 1, 2, 3, 4, 5, 6, 7, 21));
  });
});

describe('any repairs together', () => {
  it('make the copy that was planned', async () => {
    const session = [...conversation(10), ...[10, 11, 12].map((i): RecordSpec => ({ id: idOf(i), parent: idOf(i === 10 ? 4 : i - 1) }))];
    const text = lines(session);
    const some = (most: number) =>
      fc.subarray(
        session.map((spec) => spec.id),
        { maxLength: most },
      );
    const lineRange = fc.tuple(fc.integer({ min: 1, max: 13 }), fc.nat(2)).map(([first, more]): [number, number] => [first, first + more]);
    const wanted = fc.record({
      bypassed: some(3),
      quarantined: fc.array(lineRange, { maxLength: 2 }),
      leaf: fc.option(fc.constantFrom(...session)),
    });
    await fc.assert(
      fc.asyncProperty(wanted, async ({ bypassed, quarantined, leaf }) => {
        const actions: RepairAction[] = bypassed.map((uuid) => ({ kind: 'bypass', uuid }));
        if (quarantined.length > 0) actions.push({ kind: 'quarantine', lines: quarantined, uuid: null });
        if (leaf !== null) actions.push({ kind: 'choose-leaf', uuid: leaf.id });
        const copy = await copyWith(text, actions);
        expect(copy.faults).toEqual([]);
        for (const uuid of bypassed) expect(copy.text).not.toContain(`"uuid":"${uuid}"`);
      }),
      { numRuns: 300 },
    );
  });
});
