import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConversationGraph } from '../../../../src/core/graph/conversation-graph.ts';
import { sdkChain } from '../../../../src/core/loaders/claude-agent-sdk/chain.ts';
import { clientChain } from '../../../../src/core/loaders/claude-code/chain.ts';
import type { ResumeChain } from '../../../../src/core/loaders/resume-chain.ts';
import { readTranscript } from '../../../../src/core/transcript/read-transcript.ts';
import { FLAG, isMessage, KIND } from '../../../../src/core/transcript/record-kinds.ts';
import { generateSession } from '../../../generator/session.ts';
import { CLIENTS } from '../../../generator/types.ts';
import { TOPICS } from '../../../resume/rules.ts';
import { textOf, type Rule } from '../../../resume/small.ts';
import { memorySource } from '../../../support/memory-source.ts';
import { conversation, idOf, lines, type RecordSpec } from '../../../support/records.ts';

const graphOf = async (text: string | Uint8Array): Promise<ConversationGraph> =>
  ConversationGraph.of(await readTranscript(memorySource(text)));
const load = (graph: ConversationGraph): ResumeChain => clientChain(graph);

/** Records that hold text or tools, by number, as the model puts them in a row. */
async function modelled(rule: Rule): Promise<number[]> {
  const graph = await graphOf(textOf(rule));
  const { index } = graph;
  const speaking = FLAG.text | FLAG.toolUse | FLAG.toolResult;
  return load(graph)
    .visible.filter((record) => isMessage(index.columns.kind[record]!) && (index.columns.flags[record]! & speaking) !== 0)
    .map((record) => Number.parseInt(index.uuidText(record).slice(-4), 16));
}

/** The same, as the client has sent it; what it adds of its own and what is injected is left out. */
function sent(rule: Rule): number[] {
  const injected = typeof rule.session === 'string' ? [] : rule.session.filter(({ extra }) => extra?.['isMeta'] === true);
  const words = (rule.sends ?? '').split(/[ |]+/).filter((word) => /^[acru]\d+$/.test(word));
  return words.map((word) => Number(word.slice(1))).filter((n) => !injected.some(({ id }) => id === idOf(n)));
}

describe.each(TOPICS)('the client’s rules: $title', ({ rules }) => {
  test.each(rules)('$rule', async (rule) => {
    expect(await modelled(rule)).toEqual(sent(rule));
  });
});

describe('both models', () => {
  // The client has a gap above a progress record that stands before its parent (a rule of its own, tested above); the documented loader has none.
  const hasEarlyProgress = ({ index, parent }: ConversationGraph): boolean =>
    parent.some((above, record) => above > record && index.columns.kind[record] === KIND.progress);

  // Of an answer that a compaction kept in part the documented loader puts the rest back; the client has dropped it before.
  const keepsPartOfAnswer = (graph: ConversationGraph): boolean => {
    const { messageId } = graph.index.columns;
    const kept = new Set(graph.index.preserved.flatMap(({ uuids }) => uuids.map((uuid) => graph.recordNamed(uuid))));
    const answers = new Set([...kept].map((record) => messageId[record] ?? -1).filter((answer) => answer >= 0));
    return messageId.some((answer, record) => answers.has(answer) && !kept.has(record));
  };

  test('agree on healthy sessions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), fc.constantFrom(...CLIENTS), fc.nat(2), fc.nat(2), async (seed, client, compactions, rewinds) => {
        const session = generateSession({ seed, client, records: 160, targetBytes: 60_000, features: { compactions, rewinds } });
        const graph = await graphOf(session.files[0]!.bytes);
        fc.pre(!hasEarlyProgress(graph) && !keepsPartOfAnswer(graph));
        const spoken = (chain: ResumeChain): number[] =>
          chain.visible.filter((record) => !graph.index.isFlagged(record, FLAG.apiError)).sort((a, b) => a - b);
        expect(spoken(load(graph))).toEqual(spoken(sdkChain(graph)));
      }),
      { numRuns: 40 },
    );
  });
});

describe('any links', () => {
  test('no hang, no record twice, and what is sent is on the chain', async () => {
    const anyRecords = fc.array(
      fc.record({
        id: fc.nat(14),
        parent: fc.option(fc.nat(17)),
        type: fc.constantFrom('user', 'assistant', 'system', 'progress', 'attachment', 'saved_hook_context' as const),
        at: fc.nat(12),
        group: fc.option(fc.nat(2)),
        call: fc.option(fc.nat(3)),
      }),
      { maxLength: 24 },
    );
    await fc.assert(
      fc.asyncProperty(anyRecords, async (records) => {
        const specs = records.map(({ id, parent, type, at, group, call }): RecordSpec => {
          const block = type === 'assistant' ? { type: 'tool_use', id: `t${call}` } : { type: 'tool_result', tool_use_id: `t${call}` };
          return {
            id: idOf(id),
            parent: parent === null ? null : idOf(parent),
            type,
            at,
            ...(group === null ? {} : { messageId: `msg_${group}` }),
            ...(call === null ? {} : { content: [block] }),
          };
        });
        const chain = load(await graphOf(lines(specs)));
        expect(new Set(chain.records).size).toBe(chain.records.length);
        expect(chain.records).toEqual(expect.arrayContaining([...chain.visible]));
      }),
    );
  });

  test('a long session with a gap at every message is read at once', async () => {
    const count = 80_000;
    const specs = conversation(count).map((spec, i) => ({ ...spec, parent: i === 0 ? null : idOf(900_000 + i) }));
    expect(load(await graphOf(lines(specs))).visible).toHaveLength(count);
  });
});
