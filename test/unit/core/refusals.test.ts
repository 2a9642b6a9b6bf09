import { describe, expect, test } from 'vitest';
import { findRefusals } from '../../../src/core/findings/refusal-findings.ts';
import type { Diagnosis } from '../../../src/core/findings/finding.ts';
import { ConversationGraph } from '../../../src/core/graph/conversation-graph.ts';
import { NO_REPAIRS, withActions } from '../../../src/core/graph/repairs.ts';
import { CLAUDE_CODE } from '../../../src/core/loaders/claude-code/loader.ts';
import { LOADERS } from '../../../src/core/loaders/loaders.ts';
import type { Refusal } from '../../../src/core/loaders/request.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { fileOf, REFUSED_SESSIONS, type RefusedSession } from '../../resume/refused-sessions.ts';
import { answer, call, lines, result, says, system, user } from '../../resume/small.ts';
import { memorySource } from '../../support/memory-source.ts';
import type { RecordSpec } from '../../support/records.ts';

const CLIENT_FIRST = { ...LOADERS, primary: CLAUDE_CODE.id };
const graphOf = async (bytes: Uint8Array | string): Promise<ConversationGraph> =>
  ConversationGraph.of(await readTranscript(memorySource(bytes)));

function refusals(graph: ConversationGraph): Refusal[] {
  return CLAUDE_CODE.refusals(graph, CLAUDE_CODE.request(graph, CLAUDE_CODE.chain(graph)));
}

function findings(graph: ConversationGraph): Diagnosis[] {
  return findRefusals(graph, [CLAUDE_CODE.chain(graph)], CLIENT_FIRST);
}

/** What the file alone does not show: what the model takes, what the API signed, what is switched on. */
const CANNOT_BE_SEEN = ({ limits, holds, rule }: RefusedSession): boolean =>
  limits !== undefined ||
  holds.includes('switched off') ||
  (rule === 'thinking-signature' && holds.includes('cut')) ||
  holds === 'the same in the last answer';

describe('what becomes of a session that the API refuses', () => {
  test.each(
    REFUSED_SESSIONS.filter((session) => !CANNOT_BE_SEEN(session)).map((session) => [session.rule, session.holds, session] as const),
  )('%s: %s', async (_, __, session) => {
    const graph = await graphOf(fileOf(session));
    const today = new Set(refusals(graph).map(({ recovery }) => recovery.today));
    const expected = { refused: 'stuck', 'not-sent': 'stuck', 'accepted-with-less': 'drops', accepted: 'mends' }[
      session.becomes as 'refused'
    ];
    if (expected !== 'mends') expect(today).toContain(expected);
    if (expected !== 'stuck') expect(today).not.toContain('stuck');
    const severities = findings(graph).map(({ finding }) => finding.severity);
    expect(severities.includes('error')).toBe(expected === 'stuck');
  });
});

describe('an answer parted between a call of a tool that the API runs and its result', () => {
  const serverCall = (n: number, parent: number): RecordSpec =>
    says(n, parent, 'assistant', [{ type: 'server_tool_use', id: 'srvtoolu_1', name: 'advisor', input: {} }], { group: 2 });
  const advice = (n: number, parent: number): RecordSpec =>
    says(
      n,
      parent,
      'assistant',
      [{ type: 'advisor_tool_result', tool_use_id: 'srvtoolu_1', content: { type: 'advisor_result', text: 'x' } }],
      {
        group: 2,
      },
    );
  const ofGroup = (spec: RecordSpec): RecordSpec => ({ ...spec, messageId: serverCall(1, 1).messageId ?? 'msg' });
  const command = (n: number, parent: number): RecordSpec => ({ ...system(n, parent), extra: { subtype: 'local_command', content: 'x' } });
  const reminder = (n: number, parent: number): RecordSpec => user(n, parent, { keys: { isMeta: true } });

  const cases: readonly [string, readonly RecordSpec[], readonly number[], 'high' | 'medium'][] = [
    ['the echo of a command', [command(4, 3), command(5, 4), advice(6, 5)], [4, 5], 'high'],
    ['a reminder', [reminder(4, 3), advice(6, 4)], [4], 'high'],
    ['a prompt', [user(4, 3), advice(6, 4)], [4], 'medium'],
    [
      'a reminder and a call of the client',
      [reminder(4, 3), advice(6, 4), ofGroup(call(7, 6)), result(8, 7, 7), answer(9, 8)],
      [4],
      'high',
    ],
  ];

  test.each(cases)('%s: left out, the answer is whole again', async (_, rest, between, confidence) => {
    const file = lines([user(1, null), says(2, 1, 'assistant', [{ type: 'text', text: 'a2' }], { group: 2 }), serverCall(3, 2), ...rest]);
    const graph = await graphOf(file);
    const found = findings(graph);
    expect(found.map(({ finding: { code, line } }) => [code, line])).toEqual(between.map((line) => ['server-tool-parted', line]));
    expect(found[0]?.finding.severity).toBe('error');
    const actions = found.flatMap(({ actions: [best] }) => (best === undefined ? [] : [best]));
    expect(new Set(actions.map((best) => best.confidence))).toEqual(new Set([confidence]));
    const repaired = ConversationGraph.of(
      graph.index,
      withActions(
        NO_REPAIRS,
        actions.map(({ action }) => action),
      ),
    );
    expect(findings(repaired)).toEqual([]);
    expect(CLAUDE_CODE.chain(repaired).visible.length).toBe(CLAUDE_CODE.chain(graph).visible.length - (confidence === 'medium' ? 1 : 0));
  });

  test('is whole where results of the client’s own calls stand between', async () => {
    const own = [ofGroup(call(4, 3)), result(5, 4, 4), advice(6, 5)];
    expect(findings(await graphOf(lines([user(1, null), serverCall(3, 1), ...own, answer(7, 6)])))).toEqual([]);
  });
});
