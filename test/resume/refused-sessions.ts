/** Small sessions that hold what the API refuses, and what the client makes of each. */
import { record, type RecordSpec } from '../support/records.ts';
import type { ApiLimits } from './api/rule.ts';
import type { OutcomeKind } from './outcome.ts';
import { png } from './png.ts';
import { answer, call, result, says, system, user } from './small.ts';

/** A session that holds something the API refuses. */
export interface RefusedSession {
  /** Id of the API's rule. */
  readonly rule: string;
  readonly holds: string;
  readonly session: readonly RecordSpec[];
  /** What becomes of it. `accepted`: the client does not send it at all. */
  readonly becomes: OutcomeKind;
  /** With the advisor switched on, a tool that the API runs itself. */
  readonly advisor?: boolean;
  readonly limits?: Partial<ApiLimits>;
}

const IMAGE = 'image/png';
const image = (data: string, mediaType = IMAGE): unknown => ({ type: 'image', source: { type: 'base64', media_type: mediaType, data } });
const pdf = (text: string): unknown => ({
  type: 'document',
  source: { type: 'base64', media_type: 'application/pdf', data: Buffer.from(text).toString('base64') },
});
const thought = (signature?: string, thinking = 't'): unknown => ({
  type: 'thinking',
  thinking,
  ...(signature === undefined ? {} : { signature }),
});
const text = (value: string): unknown => ({ type: 'text', text: value });
const toolUse = (id: string, input: unknown = { command: 'ls' }): unknown => ({ type: 'tool_use', id, name: 'Bash', input });
const toolResult = (id: string, content: unknown = 'done'): unknown => ({ type: 'tool_result', tool_use_id: id, content });
const serverCall = (name: string, id = 'srvtoolu_01'): unknown => ({ type: 'server_tool_use', id, name, input: {} });
const advice = (id = 'srvtoolu_01'): unknown => ({
  type: 'advisor_tool_result',
  tool_use_id: id,
  content: { type: 'advisor_result', text: 'keep it short' },
});
const search = (id = 'srvtoolu_01'): unknown => ({ type: 'web_search_tool_result', tool_use_id: id, content: [] });
const signature = `Eq${'0a1b2c3d'.repeat(32)}==`;
const cut = signature.slice(0, -3);

/** A prompt with the content, an answer, and a turn after it. */
const asked = (content: unknown): RecordSpec[] => [says(1, null, 'user', content), answer(2, 1), user(3, 2), answer(4, 3)];
/** An answer with the blocks, and a turn after it. */
const answered = (...blocks: unknown[]): RecordSpec[] => [user(1, null), says(2, 1, 'assistant', blocks), user(3, 2), answer(4, 3)];
/** The same as the last answer. */
const answeredLast = (...blocks: unknown[]): RecordSpec[] => [user(1, null), answer(2, 1), user(3, 2), says(4, 3, 'assistant', blocks)];
/** The result of a call with the content, and an answer. */
const looked = (content: unknown): RecordSpec[] => [
  user(1, null),
  call(2, 1),
  says(3, 2, 'user', [toolResult('toolu_2', content)]),
  answer(4, 3),
];
/** One answer whose call and result are records with another record between them. */
const parted = (name: string, resultBlock: unknown): RecordSpec[] => [
  user(1, null),
  says(2, 1, 'assistant', [text('a2')], { group: 2 }),
  says(3, 2, 'assistant', [serverCall(name)], { group: 2 }),
  user(4, 3, { keys: { isMeta: true } }),
  says(5, 4, 'assistant', [resultBlock], { group: 2 }),
  says(6, 5, 'assistant', [text('a6')], { group: 2 }),
  user(7, 6),
  answer(8, 7),
];

/** The file of a session. Answers name a model of the API: of other models the client sends no thinking. */
export function fileOf({ session }: RefusedSession): Uint8Array {
  const records = session.map((spec, i) => {
    const made = record(spec, i);
    const message = made['message'];
    return spec.type === 'assistant' && typeof message === 'object' ? { ...made, message: { ...message, model: 'claude-sonnet-5' } } : made;
  });
  return new TextEncoder().encode(records.map((made) => `${JSON.stringify(made)}\n`).join(''));
}

export const REFUSED_SESSIONS: readonly RefusedSession[] = [
  {
    rule: 'server-result-without-call',
    holds: 'an injected record between the advisor’s call and its result',
    session: parted('advisor', advice()),
    advisor: true,
    becomes: 'refused',
  },
  {
    rule: 'server-result-without-call',
    holds: 'the same, the advisor switched off',
    session: parted('advisor', advice()),
    becomes: 'accepted',
  },
  {
    rule: 'server-result-without-call',
    holds: 'a system record between them',
    session: parted('advisor', advice()).map((each, i) => (i === 3 ? system(4, 3) : each)),
    advisor: true,
    becomes: 'accepted',
  },
  {
    rule: 'server-result-without-call',
    holds: 'an injected record between a web search and its result',
    session: parted('web_search', search()),
    becomes: 'refused',
  },
  {
    rule: 'server-call-without-result',
    holds: 'a web search whose result was lost',
    session: answered(serverCall('web_search'), text('a2')),
    becomes: 'accepted',
  },
  {
    rule: 'server-call-without-result',
    holds: 'an advisor’s call whose result was lost',
    session: answered(serverCall('advisor'), text('a2')),
    advisor: true,
    becomes: 'accepted',
  },
  {
    rule: 'server-tool-id',
    holds: 'a web search with another provider’s id',
    session: answered(serverCall('web_search', 'call_1'), search('call_1'), text('a2')),
    becomes: 'refused',
  },
  {
    rule: 'tool-id',
    holds: 'a call and its result with another provider’s id',
    session: [
      user(1, null),
      says(2, 1, 'assistant', [toolUse('functions.Bash:0')]),
      says(3, 2, 'user', [toolResult('functions.Bash:0')]),
      answer(4, 3),
    ],
    becomes: 'refused',
  },
  {
    rule: 'tool-input',
    holds: 'input that is a string',
    session: [user(1, null), says(2, 1, 'assistant', [toolUse('toolu_2', '{"command":"ls"}')]), result(3, 2, 2), answer(4, 3)],
    becomes: 'refused',
  },
  {
    rule: 'tool-role',
    holds: 'a result in an answer',
    session: [user(1, null), call(2, 1), says(3, 2, 'assistant', [toolResult('toolu_2')]), answer(4, 3)],
    becomes: 'accepted',
  },
  {
    rule: 'tool-role',
    holds: 'a call in a prompt',
    session: [says(1, null, 'user', [text('u1'), toolUse('toolu_2')]), answer(2, 1)],
    becomes: 'refused',
  },
  {
    rule: 'call-without-result',
    holds: 'a call without a result',
    session: [user(1, null), call(2, 1), user(3, 2), answer(4, 3)],
    becomes: 'accepted',
  },
  {
    rule: 'result-without-call',
    holds: 'a result without its call',
    session: [user(1, null), answer(2, 1), result(3, 2, 9), answer(4, 3)],
    becomes: 'accepted',
  },
  {
    rule: 'duplicate-call',
    holds: 'two calls with one id',
    session: [user(1, null), call(2, 1), result(3, 2, 2), says(4, 3, 'assistant', [toolUse('toolu_2')]), result(5, 4, 2), answer(6, 5)],
    becomes: 'accepted',
  },
  {
    rule: 'duplicate-result',
    holds: 'two results of one call',
    session: [user(1, null), call(2, 1), result(3, 2, 2), result(4, 3, 2), answer(5, 4)],
    becomes: 'accepted',
  },
  { rule: 'empty-message', holds: 'an answer without content', session: answered(), becomes: 'accepted' },
  { rule: 'empty-message', holds: 'a prompt without content', session: asked([]), becomes: 'accepted' },
  { rule: 'empty-text', holds: 'an empty text in an answer', session: answered(text(''), text('a2')), becomes: 'accepted' },
  { rule: 'empty-text', holds: 'white space in an answer', session: answered(text(' \n'), text('a2')), becomes: 'refused' },
  {
    rule: 'empty-text',
    holds: 'an empty text beside a picture in a prompt',
    session: asked([text(''), image(png(8, 8))]),
    becomes: 'accepted',
  },
  { rule: 'empty-message', holds: 'an empty prompt', session: asked(''), becomes: 'refused' },
  {
    rule: 'thinking-signature',
    holds: 'a signature that was cut',
    session: answered(thought(cut), text('a2')),
    becomes: 'accepted-with-less',
  },
  {
    rule: 'thinking-signature',
    holds: 'the same in the last answer',
    session: answeredLast(thought(cut), text('a4')),
    becomes: 'accepted-with-less',
  },
  { rule: 'thinking-signature', holds: 'no signature', session: answered(thought(), text('a2')), becomes: 'accepted-with-less' },
  { rule: 'thinking-signature', holds: 'an empty signature', session: answered(thought(''), text('a2')), becomes: 'accepted-with-less' },
  {
    rule: 'thinking-signature',
    holds: 'thinking that was changed',
    session: answered(thought(signature, 'other'), text('a2')),
    limits: { signedThinking: new Map([[signature, 't']]) },
    becomes: 'accepted-with-less',
  },
  {
    rule: 'thinking-signature',
    holds: 'the same in the last answer',
    session: answeredLast(thought(signature, 'other'), text('a4')),
    limits: { signedThinking: new Map([[signature, 't']]) },
    becomes: 'accepted-with-less',
  },
  {
    rule: 'final-thinking',
    holds: 'an answer that ends in thinking',
    session: answeredLast(text('a4'), thought(signature)),
    becomes: 'accepted',
  },
  { rule: 'image-data', holds: 'an empty picture', session: asked([text('u1'), image('')]), becomes: 'accepted-with-less' },
  { rule: 'image-data', holds: 'a picture that is no base64', session: asked([text('u1'), image('%%%')]), becomes: 'accepted-with-less' },
  {
    rule: 'image-data',
    holds: 'a picture that is cut off',
    session: asked([text('u1'), image(png(64, 64).slice(0, 60))]),
    becomes: 'accepted-with-less',
  },
  {
    rule: 'image-data',
    holds: 'the same in a result',
    session: looked([text('r3'), image(png(64, 64).slice(0, 60))]),
    becomes: 'accepted-with-less',
  },
  {
    rule: 'image-data',
    holds: 'a picture of another format than it says',
    session: asked([text('u1'), image(png(8, 8), 'image/jpeg')]),
    becomes: 'accepted-with-less',
  },
  {
    rule: 'image-data',
    holds: 'a format that the API does not know',
    session: asked([text('u1'), image(png(8, 8), 'image/heic')]),
    becomes: 'accepted-with-less',
  },
  {
    rule: 'image-bytes',
    holds: 'a picture of 7 MB in base64',
    session: asked([text('u1'), image(png(8, 8, 5 * 1024 * 1024))]),
    becomes: 'not-sent',
  },
  {
    rule: 'image-pixels',
    holds: 'a picture of 8,100 pixels',
    session: asked([text('u1'), image(png(8100, 20))]),
    becomes: 'accepted-with-less',
  },
  {
    rule: 'image-pixels',
    holds: '21 pictures, one of 2,100 pixels',
    session: asked([text('u1'), ...Array.from({ length: 20 }, () => image(png(20, 20))), image(png(2100, 20))]),
    becomes: 'accepted-with-less',
  },
  {
    rule: 'pdf-data',
    holds: 'a PDF with a password',
    session: asked([text('u1'), pdf('%PDF-1.7\ntrailer << /Encrypt 5 0 R >>')]),
    becomes: 'accepted-with-less',
  },
  {
    rule: 'pdf-data',
    holds: 'the same in a result',
    session: looked([pdf('%PDF-1.7\ntrailer << /Encrypt 5 0 R >>')]),
    becomes: 'accepted-with-less',
  },
  { rule: 'pdf-data', holds: 'a PDF that is none', session: asked([text('u1'), pdf('just text')]), becomes: 'accepted-with-less' },
  {
    rule: 'prompt-tokens',
    holds: 'a prompt of 60,000 tokens where 50,000 are taken',
    session: answered(text('word '.repeat(42_000))),
    limits: { promptTokens: 50_000 },
    becomes: 'accepted-with-less',
  },
  {
    rule: 'request-bytes',
    holds: 'a request of 3 MB where 1 MB is taken',
    session: asked([text('u1'), image(png(8, 8, 2 * 1024 * 1024))]),
    limits: { requestBytes: 1024 * 1024 },
    becomes: 'accepted-with-less',
  },
];
