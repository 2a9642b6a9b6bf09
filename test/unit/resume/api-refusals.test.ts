import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { imageHeader } from '../../resume/api/image-header.ts';
import { errorBody, refuse, REQUEST_RULES } from '../../resume/api/refuse.ts';
import type { ApiRequest, SentMessage } from '../../resume/api/request.ts';
import { DEFAULT_LIMITS, type ApiLimits } from '../../resume/api/rule.ts';
import { estimateTokens } from '../../resume/api/rules-size.ts';
import { png } from '../../resume/png.ts';
import { REFUSED_SESSIONS } from '../../resume/refused-sessions.ts';

type Content = SentMessage['content'];

const SIGNATURE = 'EqAB';
const request = (...messages: readonly (readonly [role: string, content: Content])[]): ApiRequest => ({
  model: 'claude-sonnet-5',
  messages: messages.map(([role, content]) => ({ role, content })),
});
/** A prompt with the blocks behind an exchange. */
const asked = (...blocks: object[]): ApiRequest => request(['user', 'u'], ['assistant', 'a'], ['user', blocks as Content]);
/** An answer with the blocks, and a prompt behind it. */
const answered = (...blocks: object[]): ApiRequest => request(['user', 'u'], ['assistant', blocks as Content], ['user', 'v']);
const text = (value: string): object => ({ type: 'text', text: value });
const call = (id: string, input: unknown = {}): object => ({ type: 'tool_use', id, name: 'Bash', input });
const result = (id: string, content: unknown = 'r'): object => ({ type: 'tool_result', tool_use_id: id, content });
const serverCall = (id: string): object => ({ type: 'server_tool_use', id, name: 'web_search', input: {} });
const serverResult = (id: string): object => ({ type: 'web_search_tool_result', tool_use_id: id, content: [] });
const image = (data: string, mediaType = 'image/png'): object => ({
  type: 'image',
  source: { type: 'base64', media_type: mediaType, data },
});
const pdf = (said: string): object => ({
  type: 'document',
  source: { type: 'base64', media_type: 'application/pdf', data: Buffer.from(said).toString('base64') },
});
const thought = (thinking: string, signature?: string): object => ({
  type: 'thinking',
  thinking,
  ...(signature === undefined ? {} : { signature }),
});
const images = (count: number, width: number): object[] => [
  ...Array.from({ length: count - 1 }, () => image(png(10, 10))),
  image(png(width, 10)),
];

const SIGNED: Partial<ApiLimits> = { signedThinking: new Map([[SIGNATURE, 't']]) };

const REFUSED: readonly (readonly [what: string, sent: ApiRequest, rule: string, message: RegExp, limits?: Partial<ApiLimits>])[] = [
  ['an unknown role', request(['user', 'u'], ['tool', 'x']), 'roles', /^messages\.1\.role: Input should be/],
  ['no message', request(), 'roles', /at least one message/],
  [
    'a foreign id of a call',
    answered(call('functions.Bash:0')),
    'tool-id',
    /^messages\.1\.content\.0\.tool_use\.id: String should match pattern/,
  ],
  ['an id of a result', asked(result('call|7.2')), 'tool-id', /^messages\.2\.content\.0\.tool_result\.tool_use_id: String should match/],
  [
    'a foreign id of a server tool',
    answered(serverCall('call_1')),
    'server-tool-id',
    /server_tool_use\.id: String should match pattern '\^srvtoolu_/,
  ],
  [
    'input that is a string',
    answered(call('toolu_1', '{}')),
    'tool-input',
    /^messages\.1\.content\.0\.tool_use\.input: Input should be an object$/,
  ],
  ['input that is a list', answered(call('toolu_1', [])), 'tool-input', /Input should be an object/],
  [
    'an empty message',
    request(['user', 'u'], ['assistant', []], ['user', 'v']),
    'empty-message',
    /^messages\.1: all messages must have non-empty/,
  ],
  ['an empty text', asked(text('')), 'empty-text', /^messages: text content blocks must be non-empty$/],
  ['white space', asked(text(' \n')), 'empty-text', /must contain non-whitespace text$/],
  ['a result in an answer', answered(result('toolu_1')), 'tool-role', /^messages\.1: `tool_result` blocks can only be in `user` messages$/],
  ['a call in a prompt', asked(call('toolu_1')), 'tool-role', /^messages\.2: `tool_use` blocks can only be in `assistant` messages$/],
  [
    'a call without result',
    answered(call('toolu_1')),
    'call-without-result',
    /^messages\.1: `tool_use` ids were found without .* after: toolu_1\. /,
  ],
  [
    'a result without call',
    asked(result('toolu_1')),
    'result-without-call',
    /^messages\.2\.content\.0: unexpected `tool_use_id` found in `tool_result`/,
  ],
  [
    'two calls with one id',
    request(['user', 'u'], ['assistant', [call('t'), call('t')] as Content], ['user', [result('t')] as Content]),
    'duplicate-call',
    /^messages\.1\.content\.1: `tool_use` ids must be unique$/,
  ],
  [
    'two results of one call',
    request(['user', 'u'], ['assistant', [call('t')] as Content], ['user', [result('t'), result('t')] as Content]),
    'duplicate-result',
    /^messages\.2\.content\.1: each tool_use must have a single result\. Found multiple `tool_result` blocks with id: t$/,
  ],
  [
    'a server tool’s result first in its message',
    request(
      ['user', 'u'],
      ['assistant', [serverCall('srvtoolu_1')] as Content],
      ['user', 'x'],
      ['assistant', [serverResult('srvtoolu_1')] as Content],
    ),
    'server-result-without-call',
    /^messages\.3\.content\.0: unexpected `tool_use_id` found in `web_search_tool_result` blocks: srvtoolu_1\. /,
  ],
  [
    'a server tool’s call without result',
    answered(serverCall('srvtoolu_1'), text('a')),
    'server-call-without-result',
    /^messages\.1: `web_search` tool use with id/,
  ],
  [
    'thinking without signature',
    answered(thought('t'), text('a')),
    'thinking-signature',
    /^messages\.1\.content\.0\.thinking\.signature: Field required$/,
  ],
  [
    'a cut signature',
    answered(thought('t', 'EqA'), text('a')),
    'thinking-signature',
    /^messages\.1\.content\.0: Invalid `signature` in `thinking` block$/,
  ],
  [
    'changed thinking in the last answer',
    answered(thought('x', SIGNATURE), text('a')),
    'thinking-signature',
    /latest assistant message cannot be modified/,
    SIGNED,
  ],
  [
    'an end in thinking',
    request(['user', 'u'], ['assistant', [thought('t', SIGNATURE)] as Content]),
    'final-thinking',
    /^messages\.1: The final block/,
  ],
  ['an empty picture', asked(image('')), 'image-data', /^messages\.2\.content\.0\.image\.source\.base64: image cannot be empty$/],
  ['no base64', asked(image('%%%%')), 'image-data', /invalid base64 data$/],
  ['a cut picture', asked(image(png(10, 10).slice(0, 60))), 'image-data', /^Could not process image$/],
  [
    'another format',
    asked(image(png(10, 10), 'image/jpeg')),
    'image-data',
    /using the image\/jpeg media type, but the image appears to be a image\/png image$/,
  ],
  ['an unknown format', asked(image(png(10, 10), 'image/heic')), 'image-data', /media_type: Input should be 'image\/jpeg'/],
  [
    'a picture in a result',
    answeredWithResult([image('')]),
    'image-data',
    /^messages\.2\.content\.0\.tool_result\.content\.0\.image\.source\.base64: image/,
  ],
  ['a large picture', asked(image(png(10, 10, 5_000_000))), 'image-bytes', /image exceeds 5 MB maximum: 6\d{6} bytes > 5242880 bytes$/],
  ['a wide picture', asked(image(png(8001, 10))), 'image-pixels', /exceed max allowed size: 8000 pixels$/],
  [
    '21 pictures, one wide',
    asked(...images(21, 2001)),
    'image-pixels',
    /^messages\.2\.content\.20\..*for many-image requests: 2000 pixels$/,
  ],
  [
    'a protected PDF',
    asked(pdf('%PDF-1.7 /Encrypt 5 0 R')),
    'pdf-data',
    /^messages\.2\.content\.0\.pdf\.source\.base64\.data: The PDF specified is password protected\.$/,
  ],
  ['no PDF', asked(pdf('hello')), 'pdf-data', /The PDF specified was not valid\.$/],
  [
    'a long prompt',
    asked(text('x'.repeat(7000))),
    'prompt-tokens',
    /^prompt is too long: 2\d{3} tokens > 1000 maximum$/,
    { promptTokens: 1000 },
  ],
  ['a large request', asked(text('x'.repeat(7000))), 'request-bytes', /^Request exceeds the maximum size$/, { requestBytes: 5000 }],
];

function answeredWithResult(content: unknown): ApiRequest {
  return request(['user', 'u'], ['assistant', [call('t')] as Content], ['user', [result('t', content)] as Content]);
}

const ACCEPTED: readonly (readonly [what: string, sent: ApiRequest, limits?: Partial<ApiLimits>])[] = [
  ['a first message of the assistant, and neighbours of one role', request(['assistant', 'a'], ['user', 'u'], ['user', 'v'])],
  [
    'system messages amid the talk, empty ones too',
    request(['user', 'u'], ['system', []], ['assistant', 'a'], ['user', 'v'], ['system', 's']),
  ],
  [
    'a call and its result with a system message between',
    request(['user', 'u'], ['assistant', [call('t')] as Content], ['system', 's'], ['user', [result('t')] as Content]),
  ],
  ['a server tool’s call and result in one answer', answered(serverCall('srvtoolu_1'), serverResult('srvtoolu_1'), text('a'))],
  [
    'a server tool’s call that waits for a call of the client’s',
    request(['user', 'u'], ['assistant', [serverCall('srvtoolu_1'), call('t')] as Content], ['user', [result('t')] as Content]),
  ],
  ['thinking as it was signed', answered(thought('t', SIGNATURE), text('a')), SIGNED],
  ['thinking alone in an answer that is not the last message', answered(thought('t', SIGNATURE))],
  ['20 pictures, one wide', asked(...images(20, 2001))],
  ['a PDF', asked(pdf('%PDF-1.7 hello'))],
];

describe('what the API refuses', () => {
  it.each(REFUSED.map(([what, sent, rule, message, limits = {}]) => ({ what, sent, rule, message, limits })))(
    'refuses $what',
    ({ sent, rule, message, limits }) => {
      const refusal = refuse(sent, { ...DEFAULT_LIMITS, ...limits });
      expect(refusal).toMatchObject({ rule, message: expect.stringMatching(message) as string });
    },
  );

  it.each(ACCEPTED.map(([what, sent, limits = {}]) => ({ what, sent, limits })))('accepts $what', ({ sent, limits }) => {
    expect(refuse(sent, { ...DEFAULT_LIMITS, ...limits })).toBeNull();
  });

  it('answers as the API does', () => {
    const error = (rule: string, status: number): unknown => JSON.parse(errorBody({ rule, status, message: 'm' }));
    expect(error('roles', 400)).toMatchObject({ type: 'error', error: { type: 'invalid_request_error', message: 'm' } });
    expect(error('request-bytes', 413)).toMatchObject({ error: { type: 'request_too_large' } });
  });

  it('names a source for every rule, and a test for every rule', () => {
    for (const { source } of REQUEST_RULES) expect(source).toContain('https://');
    expect(new Set(REFUSED.map(([, , rule]) => rule))).toEqual(new Set(REQUEST_RULES.map(({ id }) => id)));
  });

  it('knows the rules that the small sessions break', () => {
    const ids = REQUEST_RULES.map(({ id }) => id);
    for (const { rule } of REFUSED_SESSIONS) expect(ids).toContain(rule);
  });

  it('has an answer for every request', () => {
    const block = fc.oneof(
      fc.record({
        type: fc.constantFrom('tool_use', 'server_tool_use', 'text', 'thinking'),
        id: fc.jsonValue(),
        input: fc.jsonValue(),
        text: fc.jsonValue(),
      }),
      fc.record({ type: fc.constantFrom('tool_result', 'advisor_tool_result'), tool_use_id: fc.jsonValue(), content: fc.jsonValue() }),
      fc.record({ type: fc.constantFrom('image', 'document'), source: fc.jsonValue() }),
    );
    const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content: fc.oneof(fc.string(), fc.array(block)) });
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const refusal = refuse({ model: 'm', messages }, DEFAULT_LIMITS);
        expect(refusal === null || refusal.message.length > 0).toBe(true);
      }),
    );
  });
});

describe('the head of a picture', () => {
  it('gives its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 50 }), (width, height) => {
        expect(imageHeader(Buffer.from(png(width, height), 'base64'))).toEqual({ mediaType: 'image/png', width, height });
      }),
      { numRuns: 20 },
    );
  });

  it('is read of any bytes', () => {
    const starts = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff\xe0', 'GIF89a', 'RIFF0000WEBPVP8L', ''];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 80 }), (start, rest) => {
        const header = imageHeader(Buffer.concat([Buffer.from(start, 'latin1'), rest]));
        expect(header === null || header.width >= 0).toBe(true);
      }),
    );
  });
});

describe('the estimate of tokens', () => {
  it('counts characters, and pictures by their size', () => {
    expect(estimateTokens(asked(text('x'.repeat(3500))))).toBeGreaterThanOrEqual(1000);
    const withImage = estimateTokens(asked(image(png(750, 1000)))) - estimateTokens(asked(image('')));
    expect(withImage).toBe(1000);
  });
});
