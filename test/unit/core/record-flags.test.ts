import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { FLAG } from '../../../src/core/transcript/record-kinds.ts';
import { memorySource } from '../../support/memory-source.ts';

type Flag = keyof typeof FLAG;
type Parsed = Record<string, unknown>;

const NAMES = ['type', 'uuid', 'parentUuid', 'sessionId', 'isSidechain', 'isMeta', 'isCompactSummary', 'teamName', 'timestamp'];
const MORE_NAMES = ['isApiErrorMessage', 'message', 'attachment', 'content', 'id', 'model', 'text', 'thinking', 'signature', 'name'];
const ODD_NAMES = ['tool_use_id', 'subtype', '__proto__', 'constructor', 'other', '', '\ufeffuuid'];
const WORDS = [
  'user',
  'assistant',
  'system',
  'attachment',
  'progress',
  'saved_hook_context',
  'text',
  'thinking',
  'tool_use',
  'tool_result',
];
const MORE_WORDS = [
  'queued_command',
  'compact_boundary',
  '<synthetic>',
  '<synthetic>x',
  'msg_1',
  'msg',
  'a',
  '',
  '2026-02-01T10:00:00.000Z',
];
const ODD_WORDS = ['\0', 'a\0b', '\ud83d', '\ude00', '\ud83d\ude00', 'x\ud83d\ud83d\ude00', '\ude00\ud83d', '\\u0000', '\\ud83d'];

/** A string as JSON, some of its characters written as escapes. */
const textOf = (value: string, escapes: readonly boolean[]): string => {
  const units = value.split('').map((unit, i) => {
    const isLoneEscape = /[\ud800-\udfff]/.test(unit);
    return escapes[i] === true || isLoneEscape
      ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
      : JSON.stringify(unit).slice(1, -1);
  });
  return `"${units.join('')}"`;
};
const someText = (...of: string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...of), fc.array(fc.boolean(), { maxLength: 4 })).map(([value, escapes]) => textOf(value, escapes));

const name = fc.oneof(
  { weight: 8, arbitrary: someText(...NAMES, ...MORE_NAMES) },
  { weight: 1, arbitrary: someText(...ODD_NAMES, ...ODD_WORDS) },
);
const scalar = fc.oneof(
  { weight: 6, arbitrary: someText(...WORDS, ...MORE_WORDS) },
  { weight: 2, arbitrary: someText(...ODD_WORDS) },
  { weight: 2, arbitrary: fc.constantFrom('true', 'false', 'null', '0', '-1.5e9', '1e999') },
);
const space = fc.constantFrom('', '', '', ' ', '\t');
const object = (value: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(name, space, value), { maxLength })
    .map((members) => `{${members.map(([key, gap, of]) => `${key}${gap}:${gap}${of}`).join(`,`)}}`);
const array = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(value, { maxLength: 3 }).map((items) => `[${items.join(',')}]`);

/** Objects of records and of their parts, in any order, with names that repeat. */
const block = object(fc.oneof({ weight: 5, arbitrary: scalar }, { weight: 1, arbitrary: object(scalar, 2) }), 6);
const content = fc.oneof(scalar, array(fc.oneof({ weight: 5, arbitrary: block }, { weight: 1, arbitrary: scalar })));
const member = (key: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(someText(key), value).map(([one, of]) => `${one}:${of}`);
const message = fc
  .array(
    fc.oneof(
      member('content', content),
      member('id', scalar),
      member('model', scalar),
      fc.tuple(name, scalar).map((pair) => pair.join(':')),
    ),
    {
      maxLength: 5,
    },
  )
  .map((members) => `{${members.join(',')}}`);
const recordText = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: member('message', fc.oneof({ weight: 8, arbitrary: message }, { weight: 1, arbitrary: scalar })) },
      { weight: 2, arbitrary: member('attachment', fc.oneof(block, scalar)) },
      { weight: 2, arbitrary: member('type', someText(...WORDS)) },
      { weight: 1, arbitrary: member('uuid', someText('a', 'b')) },
      { weight: 6, arbitrary: fc.tuple(name, fc.oneof(scalar, block)).map((pair) => pair.join(':')) },
    ),
    { maxLength: 10 },
  )
  .map((members) => `{${members.join(',')}}`);

const objectOf = (value: unknown): Parsed =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Parsed) : {};
const memberOf = (value: unknown, key: string): unknown => (Object.hasOwn(objectOf(value), key) ? objectOf(value)[key] : undefined);

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(strings);
  return Object.entries(objectOf(value)).flatMap(([key, inner]) => [key, ...strings(inner)]);
}

/** The same facts, of what JSON.parse makes of it. */
function expectedFlags(record: unknown): Set<Flag> {
  const flags = new Set<Flag>();
  const say = (flag: Flag, on: boolean): void => {
    if (on) flags.add(flag);
  };
  const of = (key: string): unknown => memberOf(record, key);
  const message = of('message');
  const content = memberOf(message, 'content');
  const blocks = Array.isArray(content) ? content : [];
  const ofType = (...types: string[]): unknown[] => blocks.filter((one) => types.includes(String(memberOf(one, 'type'))));
  const id = memberOf(message, 'id');
  const hasUuid = typeof of('uuid') === 'string';
  const attachmentType = memberOf(of('attachment'), 'type');
  say('sidechain', of('isSidechain') === true);
  say('injected', of('isMeta') === true);
  say('compactSummary', of('isCompactSummary') === true);
  say('compactBoundary', hasUuid && of('type') === 'system' && of('subtype') === 'compact_boundary');
  say('team', typeof of('teamName') === 'string');
  say('text', typeof content === 'string' || ofType('text').length > 0);
  const texts =
    typeof content === 'string' ? [content] : blocks.map((one) => (memberOf(one, 'type') === 'text' ? memberOf(one, 'text') : null));
  say('clientText', texts.length > 0 && texts.every((text) => text === ''));
  say('thinking', ofType('thinking', 'redacted_thinking').length > 0);
  say('toolUse', ofType('tool_use').length > 0);
  say('toolResult', ofType('tool_result').length > 0);
  say('queuedPrompt', hasUuid && of('type') === 'attachment' && attachmentType === 'queued_command');
  say(
    'loneSurrogate',
    strings(record).some((text) => encodeURIComponentFails(text)),
  );
  say(
    'nulInContent',
    strings(content).some((text) => text.includes('\0')),
  );
  say('synthetic', memberOf(message, 'model') === '<synthetic>');
  say('apiError', of('isApiErrorMessage') === true && memberOf(message, 'model') === '<synthetic>');
  say('foreignMessageId', hasUuid && of('type') === 'assistant' && typeof id === 'string' && !id.startsWith('msg_'));
  say('badAttachment', hasUuid && of('type') === 'attachment' && typeof attachmentType !== 'string');
  say(
    'hollowThinking',
    ofType('thinking').some((one) => memberOf(one, 'thinking') === '' && !['', undefined].includes(textOrNone(memberOf(one, 'signature')))),
  );
  const isMessage = hasUuid && (of('type') === 'user' || of('type') === 'assistant');
  say('emptyContent', isMessage && (typeof content === 'string' ? content === '' : blocks.length === 0));
  return flags;
}

/** It refuses halves of surrogate pairs. */
function encodeURIComponentFails(text: string): boolean {
  try {
    encodeURIComponent(text);
    return false;
  } catch {
    return true;
  }
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

async function factsOf(text: string): Promise<{ flags: Set<Flag>; tools: string[]; uuid: string; messageId: string; type: string }> {
  const index = await readTranscript(memorySource(`${text}\n`));
  expect([index.count, index.problems]).toEqual([1, []]);
  const flags = new Set((Object.keys(FLAG) as Flag[]).filter((flag) => index.isFlagged(0, FLAG[flag])));
  const tools = Array.from(index.tools.id, (id, i) => `${index.tools.isResult[i] === 1 ? 'result' : 'call'} ${index.names.text(id)}`);
  const { uuid, messageId, type } = index.columns;
  return { flags, tools, uuid: index.names.text(uuid[0]!), messageId: index.names.text(messageId[0]!), type: index.words.text(type[0]!) };
}

function expectedTools(record: unknown): string[] {
  const content = memberOf(memberOf(record, 'message'), 'content');
  return (Array.isArray(content) ? content : []).flatMap((one: unknown) => {
    const type = memberOf(one, 'type');
    if (type === 'tool_use') return [`call ${textIn(memberOf(one, 'id'))}`];
    return type === 'tool_result' ? [`result ${textIn(memberOf(one, 'tool_use_id'))}`] : [];
  });
}

const wellFormed = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text));

describe('what the index notes of a record', () => {
  it('is what JSON.parse says, whatever the order of keys, their escapes and repetitions', async () => {
    await fc.assert(
      fc.asyncProperty(recordText, async (text) => {
        const record: unknown = JSON.parse(text);
        const { flags, tools, uuid, messageId, type } = await factsOf(text);
        expect([...flags].sort()).toEqual([...expectedFlags(record)].sort());
        expect(tools).toEqual(expectedTools(record).map(wellFormed));
        expect(uuid).toBe(wellFormed(textIn(memberOf(record, 'uuid'))));
        expect(messageId).toBe(wellFormed(textIn(memberOf(memberOf(record, 'message'), 'id'))));
        expect(type).toBe(wellFormed(textIn(memberOf(record, 'type'))));
      }),
      { numRuns: 4000 },
    );
  });

  it.each<[string, Flag[]]>([
    [
      '{"type":"assistant","uuid":"a","message":{"id":"3f2c","model":"<synthetic>","content":[{"type":"text","text":"x"}]}}',
      ['foreignMessageId', 'synthetic', 'text'],
    ],
    [
      '{"type":"assistant","uuid":"a","message":{"id":"msg_1","content":[{"type":"thinking","thinking":"","signature":"s"}]}}',
      ['hollowThinking', 'thinking'],
    ],
    ['{"type":"user","uuid":"a","message":{"content":[{"type":"tool_result","content":"a\\u0000b"}]}}', ['nulInContent', 'toolResult']],
    ['{"type":"user","uuid":"a","toolUseResult":"a\\u0000b","message":{"content":"x"}}', ['text']],
    ['{"type":"user","uuid":"a","message":{"content":"a \\\\u0000 \\\\ud83d b"}}', ['text']],
    ['{"type":"user","uuid":"a","message":{"content":"\\ud83d\\ude00"}}', ['text']],
    ['{"type":"user","uuid":"a","message":{"content":"x"},"cwd":"\\ud83d"}', ['loneSurrogate', 'text']],
    ['{"type":"user","uuid":"a","message":{"content":[]}}', ['emptyContent']],
    ['{"type":"attachment","uuid":"a"}', ['badAttachment']],
    ['{"type":"attachment","uuid":"a","attachment":"text"}', ['badAttachment']],
    ['{"type":"attachment","uuid":"a","attachment":{"type":7}}', ['badAttachment']],
    ['{"type":"attachment","uuid":"a","attachment":{"type":"queued_command"}}', ['queuedPrompt']],
  ])('%s', async (text, wanted) => {
    expect([...(await factsOf(text)).flags].sort()).toEqual(wanted);
  });

  it('is found in records nested as deep as a line is long', async () => {
    const deep = `${'['.repeat(200_000)}"\\ud83d\\u0000"${']'.repeat(200_000)}`;
    const { flags } = await factsOf(`{"type":"user","uuid":"a","message":{"content":[${deep}]}}`);
    expect([...flags].sort()).toEqual(['loneSurrogate', 'nulInContent']);
  });
});
