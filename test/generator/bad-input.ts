import { createRandom } from './random.ts';
import { generateSession } from './session.ts';

/** Files that are no proper session, one builder each: what every reader must open without falling over. */
export interface BadInput {
  /** File name without folder; ends in .jsonl. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** How many records of the graph a careful reader gets out of it; null: it depends on the reader. */
  readonly readable: number | null;
}

const SESSION_ID = '3f2c1a90-58d4-4c6e-9b7a-1d2e3f405162';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A small record in the client's key order. */
export function smallRecord(uuid: string, parentUuid: string | null, content: string, type: 'user' | 'assistant' = 'user'): string {
  const own =
    type === 'user'
      ? { type, message: { role: 'user', content } }
      : {
          message: {
            model: 'claude-opus-4-5-20251101',
            id: `msg_${uuid.slice(0, 8)}`,
            type: 'message',
            role: 'assistant',
            content: [{ type: 'text', text: content }],
            stop_reason: null,
            stop_sequence: null,
          },
          requestId: `req_${uuid.slice(0, 8)}`,
          type,
        };
  return JSON.stringify({
    parentUuid,
    isSidechain: false,
    userType: 'external',
    cwd: '/home/dev/shop',
    sessionId: SESSION_ID,
    version: '2.1.29',
    gitBranch: 'main',
    ...own,
    uuid,
    timestamp: '2026-02-03T09:14:02.000Z',
  });
}

/** A healthy chain of `count` small records, as lines. */
export function smallChain(count: number, seed = 1): { readonly lines: readonly string[]; readonly uuids: readonly string[] } {
  const random = createRandom(seed);
  const uuids = Array.from({ length: count }, () => random.uuid());
  const lines = uuids.map((uuid, i) =>
    smallRecord(
      uuid,
      uuids[i - 1] ?? null,
      i % 2 === 0 ? `please check step ${String(i)}` : `Step ${String(i)} is done.`,
      i % 2 === 0 ? 'user' : 'assistant',
    ),
  );
  return { lines, uuids };
}

function file(name: string, text: string, readable: number | null): BadInput {
  return { name: `${name}.jsonl`, bytes: encode(text), readable };
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Replaces one line of a chain. */
function withLine(index: number, change: (line: string) => string): string {
  return joined(smallChain(6).lines.map((line, i) => (i === index ? change(line) : line)));
}

const prettyJson = (): BadInput =>
  file(
    'pretty-json',
    `${JSON.stringify(
      smallChain(4).lines.map((line): unknown => JSON.parse(line)),
      null,
      2,
    )}\n`,
    0,
  );
const plainText = (): BadInput => file('plain-text', 'Notes about the shop\n\n- the login form\n- the price filter\n', 0);
const empty = (): BadInput => file('empty', '', 0);
const onlyNewlines = (): BadInput => file('only-newlines', '\n'.repeat(500), 0);
const cutRecord = (): BadInput => file('cut-in-record', joined(smallChain(6).lines).slice(0, -120), 5);
const nulBefore = (): BadInput =>
  file(
    'nul-before-record',
    withLine(3, (line) => '\0'.repeat(4096) + line),
    6,
  );
const nulTail = (): BadInput => file('nul-tail', joined(smallChain(6).lines) + '\0'.repeat(143_000), 6);
const bom = (): BadInput => file('bom', `\ufeff${joined(smallChain(6).lines)}`, 6);
const crlf = (): BadInput =>
  file(
    'crlf',
    smallChain(6)
      .lines.map((line) => `${line}\r\n`)
      .join(''),
    6,
  );
const twoOnALine = (): BadInput =>
  file(
    'two-on-a-line',
    smallChain(6)
      .lines.map((line, i) => (i === 2 ? line : `${line}\n`))
      .join(''),
    6,
  );
const spliced = (): BadInput =>
  file(
    'spliced',
    smallChain(6)
      .lines.map((line, i) => (i === 2 ? line.slice(0, 180) : `${line}\n`))
      .join(''),
    5,
  );
const loneSurrogates = (): BadInput =>
  file(
    'lone-surrogates',
    withLine(2, (line) => line.replace('please', 'please \\ud83d and \\udc4d')),
    6,
  );
const hugeNumbers = (): BadInput =>
  file(
    'huge-numbers',
    withLine(2, (line) => line.replace('"isSidechain"', '"cost":1e999,"exact":12345678901234567890.10,"small":-0.0,"isSidechain"')),
    6,
  );
const protoKeys = (): BadInput =>
  file(
    'proto-keys',
    withLine(2, (line) =>
      line.replace(
        '"isSidechain"',
        '"__proto__":{"isSidechain":true,"polluted":true},"constructor":{"prototype":{"polluted":true}},"isSidechain"',
      ),
    ),
    6,
  );
const rawNewline = (): BadInput =>
  file(
    'raw-newline',
    withLine(2, (line) => line.replace('please check', 'please\ncheck')),
    5,
  );
const conflictMarkers = (): BadInput => {
  const { lines } = smallChain(6);
  return file(
    'conflict-markers',
    joined([
      ...lines.slice(0, 3),
      '<<<<<<< HEAD',
      ...lines.slice(3, 4),
      '=======',
      ...lines.slice(4, 5),
      '>>>>>>> other',
      ...lines.slice(5),
    ]),
    6,
  );
};
const deepNesting = (): BadInput =>
  file(
    'deep-nesting',
    joined([
      ...smallChain(4).lines,
      '['.repeat(100_000),
      `{"type":"user","uuid":"x","message":${'['.repeat(100_000)}`,
      `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    ]),
    4,
  );
const manyValues = (): BadInput => file('not-objects', joined(['null', '42', '"text"', '[1,2]', 'true', '{}', ...smallChain(3).lines]), 3);

function binary(): BadInput {
  const random = createRandom(7);
  return { name: 'binary.jsonl', bytes: Uint8Array.from({ length: 20_000 }, () => random.int(0, 255)), readable: 0 };
}

/** Bytes that are no UTF-8: a broken sequence inside a string, and a line of them. */
function invalidUtf8(): BadInput {
  const marked = encode(withLine(2, (line) => line.replace('please', 'please @@@@')));
  const bytes = marked.map((byte) => (byte === 0x40 ? 0xc3 : byte));
  const tail = Uint8Array.from([0xff, 0xfe, 0x80, 0x0a]);
  const out = new Uint8Array(bytes.length + tail.length);
  out.set(bytes);
  out.set(tail, bytes.length);
  return { name: 'invalid-utf8.jsonl', bytes: out, readable: 6 };
}

function duplicateUuids(): BadInput {
  const { lines, uuids } = smallChain(6);
  return file(
    'duplicate-uuids',
    joined([...lines, smallRecord(uuids[2] ?? '', uuids[5] ?? null, 'the same id again'), ...lines.slice(1, 3)]),
    null,
  );
}

function selfReference(): BadInput {
  const { lines, uuids } = smallChain(6);
  return file(
    'self-reference',
    joined(lines.map((line, i) => (i === 3 ? smallRecord(uuids[3] ?? '', uuids[3] ?? null, 'under itself') : line))),
    6,
  );
}

function cycle(): BadInput {
  const { lines, uuids } = smallChain(6);
  return file(
    'cycle',
    joined(lines.map((line, i) => (i === 1 ? smallRecord(uuids[1] ?? '', uuids[4] ?? null, 'under a descendant') : line))),
    6,
  );
}

/** Everything small; the large ones are functions of their own. */
export function badInputs(): BadInput[] {
  return [
    prettyJson(),
    binary(),
    plainText(),
    empty(),
    onlyNewlines(),
    cutRecord(),
    nulBefore(),
    nulTail(),
    bom(),
    crlf(),
    twoOnALine(),
    spliced(),
    loneSurrogates(),
    invalidUtf8(),
    deepNesting(),
    hugeNumbers(),
    protoKeys(),
    duplicateUuids(),
    selfReference(),
    cycle(),
    rawNewline(),
    conflictMarkers(),
    manyValues(),
  ];
}

/**
 * One line of so many bytes between small ones.
 * @param size bytes of the long line's text
 */
export function longLine(size = 10 * 1024 * 1024): BadInput {
  const { lines, uuids } = smallChain(6);
  const long = smallRecord(uuids[3] ?? '', uuids[2] ?? null, 'the whole log: '.padEnd(size, 'all tests passed '), 'assistant');
  return file('long-line', joined(lines.map((line, i) => (i === 3 ? long : line))), 6);
}

/**
 * A healthy session of about so many bytes.
 * @param size bytes in all
 */
export function largeFile(size = 60 * 1024 * 1024): BadInput {
  const session = generateSession({ seed: 60, records: Math.round(size / 3000), targetBytes: size });
  const main = session.files[0];
  if (main === undefined) throw new RangeError('no main file');
  return { name: 'large.jsonl', bytes: main.bytes, readable: session.records.filter((record) => record.file === main.path).length };
}
