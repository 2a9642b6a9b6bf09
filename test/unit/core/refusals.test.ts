import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findBadEnds } from '../../../src/core/findings/content-findings.ts';
import { findRefusals } from '../../../src/core/findings/refusals/refusal-findings.ts';
import type { Diagnosis } from '../../../src/core/findings/finding.ts';
import { ConversationGraph } from '../../../src/core/graph/conversation-graph.ts';
import { NO_REPAIRS, withActions } from '../../../src/core/graph/repairs.ts';
import { CLAUDE_CODE } from '../../../src/core/loaders/claude-code/loader.ts';
import { LOADERS } from '../../../src/core/loaders/loaders.ts';
import type { Refusal } from '../../../src/core/loaders/request.ts';
import { FAULT } from '../../../src/core/transcript/notes/remarks.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { fileOf, REFUSED_SESSIONS, type RefusedSession } from '../../resume/refused-sessions.ts';
import { png } from '../../resume/png.ts';
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

describe('a refused request that the session reports', () => {
  const report = (n: number, parent: number, text: string): RecordSpec => ({
    ...answer(n, parent),
    extra: {
      isApiErrorMessage: true,
      message: { id: 'x', model: '<synthetic>', role: 'assistant', content: [{ type: 'text', text }] },
    },
  });
  const messages = async (specs: readonly RecordSpec[]): Promise<[string, string][]> => {
    const graph = await graphOf(lines(specs));
    return findBadEnds(graph, [CLAUDE_CODE.chain(graph).leaf], CLIENT_FIRST).map(({ finding: { code, message } }) => [code, message]);
  };
  const badId: readonly RecordSpec[] = [
    user(1, null),
    says(2, 1, 'assistant', [{ type: 'tool_use', id: 'functions.Bash:0', name: 'Bash', input: {} }]),
    says(3, 2, 'user', [{ type: 'tool_result', tool_use_id: 'functions.Bash:0', content: 'ok' }]),
  ];
  const sound: readonly RecordSpec[] = [user(1, null), call(2, 1), result(3, 2, 2)];
  const idRefused = "API Error: 400 messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'";

  test('says that it would happen again, and where', async () => {
    const [[code, message] = ['', '']] = await messages([...badId, report(4, 3, idRefused)]);
    expect(code).toBe('api-error-at-end');
    expect(message).toContain('functions.Bash:0');
    expect(message).toContain('(line 2). The next request will be refused as well.');
  });

  test('says that it would not where the cause is gone', async () => {
    const [[, message] = ['', '']] = await messages([...sound, report(4, 3, idRefused)]);
    expect(message).toContain('the session can be gone on with');
  });

  test('names the line where it does not know the words', async () => {
    const [[, message] = ['', '']] = await messages([...sound, report(4, 3, 'API Error: 400 messages.1.content.0: something new')]);
    expect(message).toContain('about line 2 or one near it; whether the next request is refused as well cannot be told');
  });

  test('finds the line by the call that is named', async () => {
    const [[, message] = ['', '']] = await messages([...sound, report(4, 3, 'API Error: 400 messages.9.content.0: toolu_2 is odd')]);
    expect(message).toContain('line 2');
  });

  test('leaves other failures as they are', async () => {
    const [[, message] = ['', '']] = await messages([...sound, report(4, 3, 'API Error: 529 overloaded')]);
    expect(message).toContain('Nothing is lost');
  });

  test('measures a prompt that was too long', async () => {
    const long = says(2, 1, 'assistant', [{ type: 'text', text: 'word '.repeat(140_000) }]);
    const [[code, message] = ['', '']] = await messages([user(1, null), long, user(3, 2), report(4, 3, 'Prompt is too long')]);
    expect(code).toBe('request-too-large');
    expect(message).toContain('about 200,000 tokens');
  });
});

describe('what is read of a picture', () => {
  const read = async (data: string, mediaType: string): Promise<{ readonly pixels: number; readonly fault: number }> => {
    const image = { type: 'image', source: { type: 'base64', media_type: mediaType, data } };
    const { index } = await graphOf(lines([says(1, null, 'user', [image])]));
    const [{ pixels, fault } = { pixels: -1, fault: -1 }] = index.remarks;
    return { pixels, fault };
  };
  const base64 = (bytes: readonly number[] | string): string =>
    Buffer.from(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes).toString('base64');
  const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 4, 210, 8, 152, 1, 0, 0, 0];

  const cases: readonly [string, string, string, number, number][] = [
    ['a PNG', png(2100, 30), 'image/png', 2100, FAULT.none],
    ['a PNG that ends early', png(64, 80).slice(0, 60), 'image/png', 80, FAULT.cut],
    ['a PNG that says it is a JPEG', png(8, 8), 'image/jpeg', 8, FAULT.otherFormat],
    ['a JPEG', base64([...jpeg, 0xff, 0xd9]), 'image/jpeg', 2200, FAULT.none],
    ['a JPEG that ends early', base64(jpeg), 'image/jpeg', 2200, FAULT.cut],
    ['a GIF', base64('GIF89a\x08\x01\x0a\x00;;;;;'), 'image/gif', 264, FAULT.none],
    ['a WebP', base64('RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x33\x08\0\x10\0\0'), 'image/webp', 2100, FAULT.none],
    ['nothing', '', 'image/png', 0, FAULT.empty],
    ['no base64', '%%%', 'image/png', 0, FAULT.notBase64],
    ['a text', base64('just a text'), 'image/png', 0, FAULT.unreadable],
    ['a format of another kind', base64('ftypheic'), 'image/heic', 0, FAULT.unknownFormat],
  ];
  test.each(cases)('%s', async (_, data, type, pixels, fault) => expect(await read(data, type)).toEqual({ pixels, fault }));

  test('never fails, whatever stands there', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF89a', 'RIFF0000WEBPVP8L', '', '%PDF-'),
        async (bytes, start) => {
          const data = Buffer.concat([Buffer.from(start, 'latin1'), bytes]).toString('base64');
          expect((await read(data, 'image/png')).pixels).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
