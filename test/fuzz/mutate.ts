import type { Random } from '../generator/random.ts';

/** One way to spoil bytes. */
type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
/** One character per byte, and back. */
const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const undecode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const NEWLINE = 0x0a;

/** Bytes that mean something to a reader of JSON lines. */
const TOKENS = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\n',
  '\r\n',
  '\0',
  '\u0001',
  ' ',
  '0',
  '-',
  'e',
  '\\u',
  '}{',
  '{"',
  '\ufeff',
  '"}',
];

/** Whole members, put behind an opening brace. */
const MEMBERS = [
  '"__proto__":{"uuid":"x","isSidechain":true}',
  '"constructor":{"prototype":{"polluted":true}}',
  '"toString":1,"hasOwnProperty":null,"valueOf":"x"',
  '"cost":1e999,"exact":12345678901234567890.123456789,"small":-0.0e-400',
  '"lone":"\\ud83d","low":"\\ude00 \\udfff"',
  '"\\u0075uid":"escaped"',
  '"uuid":null,"parentUuid":17,"message":[],"timestamp":{}',
  '"timestamp":"9999-99-99T99:99:99.999Z"',
  '"timestamp":"-271821-04-20T00:00:00.000Z"',
  '"nul":"\\u0000"',
  '"message":{"content":[null,{},[],{"type":"tool_use"},{"type":"tool_result","tool_use_id":7}]}',
  '"type":"system","subtype":"compact_boundary","compactMetadata":{"preservedSegment":{"headUuid":"a","anchorUuid":"b","tailUuid":"c"}}',
  '"isSidechain":true,"teamName":"a","agentId":"b"',
  '"attachment":{"type":"queued_command","prompt":"x"},"type":"attachment"',
];

const MUTATIONS: readonly Mutation[] = [
  // Bytes.
  changeByte,
  changeByte,
  (bytes, random) => insert(bytes, random.int(0, bytes.length), encode(random.pick(TOKENS))),
  (bytes, random) => insert(bytes, random.int(0, bytes.length), encode(random.pick(TOKENS))),
  (bytes, random) => remove(bytes, random.int(0, bytes.length), random.int(1, 40)),
  (bytes, random) => remove(bytes, random.int(0, bytes.length), random.int(1, 2000)),
  (bytes, random) => bytes.slice(0, random.int(0, bytes.length)),
  (bytes, random) => bytes.slice(random.int(0, Math.min(bytes.length, 400))),
  (bytes, random) => insert(bytes, random.int(0, bytes.length), new Uint8Array(random.pick([1, 3, 600, 4096]))),
  (bytes, random) => bytes.slice().fill(0, random.int(0, bytes.length), random.int(0, bytes.length)),
  // Lines.
  (bytes, random) => remove(bytes, lineEnd(bytes, random), 1),
  (bytes, random) => remove(bytes, lineEnd(bytes, random), random.int(2, 300)),
  (bytes, random) => cutBefore(bytes, lineEnd(bytes, random), random.int(1, 500)),
  (bytes, random) => cutBefore(bytes, lineEnd(bytes, random), random.int(1, 500), 1),
  (bytes, random) => withLines(bytes, (lines) => [...lines, ...lines.slice(random.int(0, lines.length))]),
  (bytes, random) => withLines(bytes, (lines) => random.shuffle(lines)),
  (bytes, random) => withLines(bytes, (lines) => lines.filter(() => !random.chance(0.1))),
  (bytes) => withLines(bytes, (lines) => [...lines, '', '[', '{', '{}', 'null', '"', ...lines.slice(0, 3)]),
  (bytes) => encode(new TextDecoder().decode(bytes).replaceAll('\n', '\r\n')),
  (bytes) => insert(bytes, 0, encode('\ufeff')),
  // Strings.
  (bytes, random) => replaceSome(bytes, random, '\\n', '\n'),
  (bytes, random) => replaceSome(bytes, random, '\\n', '\r\n'),
  (bytes, random) => replaceSome(bytes, random, ' ', '\n'),
  (bytes, random) => replaceSome(bytes, random, ' ', '\\ud83d'),
  (bytes, random) => replaceSome(bytes, random, ' ', '\\u0000'),
  (bytes, random) => replaceSome(bytes, random, ':null', `:${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  (bytes, random) => replaceSome(bytes, random, ':null', `:${'{"a":'.repeat(random.int(1, 20_000))}`),
  (bytes, random) => replaceSome(bytes, random, '{"parentUuid"', `{${random.pick(MEMBERS)},"parentUuid"`),
  (bytes, random) => replaceSome(bytes, random, ',"uuid"', `,${random.pick(MEMBERS)},"uuid"`),
  (bytes, random) => replaceSome(bytes, random, '"timestamp":"2', `${random.pick(MEMBERS)},"timestamp":"2`),
  // Links.
  relink,
  relink,
  (bytes, random) => replaceSome(bytes, random, '"uuid":"', '"uuid":"0'),
  (bytes, random) => sameUuid(bytes, random),
];

/** Spoils bytes in one to five ways. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let spoilt = bytes;
  for (let n = random.int(1, 5); n > 0; n--) spoilt = random.pick(MUTATIONS)(spoilt, random);
  return spoilt;
}

function changeByte(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  if (changed.length > 0) changed[random.int(0, changed.length - 1)] = random.int(0, 255);
  return changed;
}

function insert(bytes: Uint8Array, at: number, what: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + what.length);
  out.set(bytes.subarray(0, at));
  out.set(what, at);
  out.set(bytes.subarray(at), at + what.length);
  return out;
}

function remove(bytes: Uint8Array, at: number, count: number): Uint8Array {
  const out = new Uint8Array(bytes.length - Math.max(0, Math.min(count, bytes.length - at)));
  out.set(bytes.subarray(0, at));
  out.set(bytes.subarray(Math.min(bytes.length, at + count)), Math.min(at, out.length));
  return out;
}

/** Takes bytes before a place away, as a write that broke off; and so many behind it. */
function cutBefore(bytes: Uint8Array, at: number, count: number, behind = 0): Uint8Array {
  const from = Math.max(0, at - count);
  return remove(bytes, from, at - from + behind);
}

function lineEnd(bytes: Uint8Array, random: Random): number {
  const found = bytes.indexOf(NEWLINE, random.int(0, bytes.length));
  return found < 0 ? bytes.length : found;
}

function withLines(bytes: Uint8Array, change: (lines: string[]) => string[]): Uint8Array {
  const lines = decode(bytes).split('\n');
  return undecode(change(lines).join('\n'));
}

function replaceSome(bytes: Uint8Array, random: Random, from: string, to: string): Uint8Array {
  const share = random.pick([0.02, 0.2, 1]);
  let left = random.pick([1, 3, 40]);
  const text = decode(bytes).replaceAll(from, (found) => (left > 0 && random.chance(share) && left-- > 0 ? to : found));
  return undecode(text);
}

const UUID = /"uuid":"([^"]{1,60})"/g;

/** Hangs a record under another one, which may be itself or a descendant. */
function relink(bytes: Uint8Array, random: Random): Uint8Array {
  const text = decode(bytes);
  const uuids = [...text.matchAll(UUID)].map((match) => match[1] ?? '');
  if (uuids.length === 0) return bytes;
  const share = random.pick([0.02, 0.3]);
  const linked = text.replace(/"parentUuid":(?:null|"[^"]*")/g, (link) =>
    random.chance(share) ? `"parentUuid":"${random.pick(uuids)}"` : link,
  );
  return undecode(linked);
}

function sameUuid(bytes: Uint8Array, random: Random): Uint8Array {
  const text = decode(bytes);
  const uuids = [...text.matchAll(UUID)].map((match) => match[1] ?? '');
  if (uuids.length === 0) return bytes;
  const one = random.pick(uuids);
  const renamed = text.replace(UUID, (member) => (random.chance(0.3) ? `"uuid":"${one}"` : member));
  return undecode(renamed);
}
