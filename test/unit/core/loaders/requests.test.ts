import { describe, expect, test } from 'vitest';
import { ConversationGraph } from '../../../../src/core/graph/conversation-graph.ts';
import { CLAUDE_AGENT_SDK } from '../../../../src/core/loaders/claude-agent-sdk/loader.ts';
import { CLAUDE_CODE } from '../../../../src/core/loaders/claude-code/loader.ts';
import type { Loader } from '../../../../src/core/loaders/loader.ts';
import { LOADERS } from '../../../../src/core/loaders/loaders.ts';
import type { Refusal, RequestPart, ResumeRequest } from '../../../../src/core/loaders/request.ts';
import { readTranscript } from '../../../../src/core/transcript/read-transcript.ts';
import { FLAG } from '../../../../src/core/transcript/record-kinds.ts';
import { generateSession } from '../../../generator/session.ts';
import { TOPICS } from '../../../resume/rules.ts';
import { answer, call, lines, result, textOf, thinking, user } from '../../../resume/small.ts';
import { memorySource } from '../../../support/memory-source.ts';
import type { RecordSpec } from '../../../support/records.ts';

const graphOf = async (text: string | Uint8Array): Promise<ConversationGraph> =>
  ConversationGraph.of(await readTranscript(memorySource(text)));

function requestOf(loader: Loader, graph: ConversationGraph): ResumeRequest {
  return loader.request(graph, loader.chain(graph));
}

async function refusalsOf(loader: Loader, ...specs: readonly RecordSpec[]): Promise<Refusal[]> {
  const graph = await graphOf(lines(specs));
  return loader.refusals(graph, requestOf(loader, graph));
}

/** A request as a line of text, in the words of the rules' small sessions. */
function asLine({ index }: ConversationGraph, request: ResumeRequest): string {
  const numberOf = (record: number): number => Number.parseInt(index.uuidText(record).slice(-4), 16);
  const words = ({ record, tools, isStandIn }: RequestPart, letter: string): string[] => [
    ...(index.isFlagged(record, FLAG.thinking) && !isStandIn ? [`t${numberOf(record)}`] : []),
    ...(index.isFlagged(record, FLAG.text) && !isStandIn ? [`${letter}${numberOf(record)}`] : []),
    ...tools.map((tool) => {
      const id = index.names.text(index.tools.id[tool]!).replace('toolu_', '');
      if (isStandIn) return `?${id}`;
      return index.tools.isResult[tool] === 1 ? `r${numberOf(record)}` : `c${id}`;
    }),
  ];
  return request.map(({ role, parts }) => parts.flatMap((part) => words(part, role === 'user' ? 'u' : 'a')).join(' ')).join(' | ');
}

/** What the client says of its own is left out. */
function ofSession(sends: string): string {
  return sends
    .split(' | ')
    .filter((words) => !words.startsWith('"'))
    .join(' | ');
}

describe.each(TOPICS)('what the client sends: $title', ({ rules }) => {
  test.each(rules)('$rule', async (rule) => {
    const graph = await graphOf(textOf(rule));
    expect(asLine(graph, requestOf(CLAUDE_CODE, graph))).toBe(ofSession(rule.sends ?? ''));
  });
});

describe('what the API refuses', () => {
  const rules = (refusals: readonly Refusal[]): string[] => refusals.map(({ rule }) => rule);
  const cases: readonly [string, readonly RecordSpec[], readonly string[]][] = [
    ['nothing of a sound session', [user(1, null), call(2, 1), result(3, 2, 2), answer(4, 3)], []],
    ['a call without its result', [user(1, null), call(2, 1), answer(3, 2), user(4, 3)], ['call-unanswered']],
    ['a result without its call', [user(1, null), answer(2, 1), result(3, 2, 9), answer(4, 3)], ['result-without-call']],
    ['an answer that nothing was asked for', [answer(1, null), user(2, 1)], ['assistant-first']],
    ['thinking that ends an answer', [user(1, null), thinking(2, 1), user(3, 2)], ['thinking-last']],
    ['a message without content', [{ ...user(1, null), content: [] }, answer(2, 1)], ['message-empty']],
    [
      'an id that two calls have',
      [user(1, null), call(2, 1), result(3, 2, 2), { ...call(4, 3), content: call(2, 1).content }, result(5, 4, 2)],
      ['call-id-repeated'],
    ],
  ];

  test.each(cases)('%s', async (_, specs, expected) => {
    const refusals = await refusalsOf(CLAUDE_AGENT_SDK, ...specs);
    expect(rules(refusals)).toEqual(expected);
    for (const { sentence, source, record } of refusals) {
      expect([sentence, source]).not.toContain('');
      expect(record).toBeGreaterThanOrEqual(0);
    }
  });

  test.each(cases)('nothing of it by the client, which sees to it: %s', async (_, specs, expected) => {
    const remains = expected.filter((rule) => rule === 'assistant-first');
    expect(rules(await refusalsOf(CLAUDE_CODE, ...specs))).toEqual(remains);
  });

  test.each(LOADERS.list)('nothing of a healthy session: $id', async (loader) => {
    for (let seed = 1; seed <= 5; seed++) {
      const { files } = generateSession({ seed, client: '2.1.217', records: 200, targetBytes: 80_000, features: { compactions: 1 } });
      const graph = await graphOf(files[0]!.bytes);
      const { refusals, chain, request } = loader;
      expect(refusals(graph, request(graph, chain(graph)))).toEqual([]);
    }
  });
});
