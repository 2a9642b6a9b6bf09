/**
 * The envelope of SurrealDB's RPC in CBOR. Parameters and results are passed on as raw bytes, so that the relay neither loses
 * precision nor spends time on them.
 */

/** Raised for bytes that are not a request; the connection that sent them is closed. */
export class FrameError extends Error {}

/** One request: a map with these keys, each value as raw CBOR. */
export interface RequestFrame {
  readonly id: Uint8Array;
  readonly method: string;
  readonly params: Uint8Array | null;
  /** Raw CBOR of the session the client names; null for its default session. */
  readonly session: Uint8Array | null;
  readonly txn: Uint8Array | null;
}

const MAX_DEPTH = 128;
const BREAK = 0xff;
const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

interface Head {
  readonly major: number;
  /** Value or length; null for indefinite length. */
  readonly value: number | null;
  /** Offset after the head. */
  readonly next: number;
}

/**
 * @throws FrameError
 */
export function readRequest(bytes: Uint8Array): RequestFrame {
  const fields = readFields(bytes);
  const id = fields.get('id');
  const method = fields.get('method');
  if (id === undefined || method === undefined) throw new FrameError('a request has an id and a method');
  return {
    id,
    method: readText(method, 0).text,
    params: present(fields.get('params')),
    session: present(fields.get('session')),
    txn: present(fields.get('txn')),
  };
}

/**
 * The top level of a CBOR map with text keys: each value as raw CBOR.
 * @throws FrameError
 */
export function readFields(bytes: Uint8Array): Map<string, Uint8Array> {
  const map = readHead(bytes, 0);
  if (map.major !== 5 || map.value === null) throw new FrameError('a map was expected');
  const fields = new Map<string, Uint8Array>();
  let offset = map.next;
  for (let entry = 0; entry < map.value; entry += 1) {
    const key = readText(bytes, offset);
    const end = skip(bytes, key.next, 0);
    if (fields.has(key.text)) throw new FrameError(`the key ${key.text} comes twice`);
    fields.set(key.text, bytes.subarray(key.next, end));
    offset = end;
  }
  if (offset !== bytes.length) throw new FrameError('bytes after the map');
  return fields;
}

/** The request as it is sent to the engine, with the session it may use. */
export function writeRequest(frame: RequestFrame, session: Uint8Array): Uint8Array {
  const fields: [string, Uint8Array][] = [
    ['id', frame.id],
    ['method', text(frame.method)],
    ['session', session],
  ];
  if (frame.params !== null) fields.push(['params', frame.params]);
  if (frame.txn !== null) fields.push(['txn', frame.txn]);
  return writeMap(fields);
}

const ERROR_MAP = Uint8Array.from([0xa1, 0x65, ...encoder.encode('error')]);

/** The engine answers with a bare result or with a map of the single key `error`; the protocol puts both under the request's id. */
export function writeResponse(id: Uint8Array, answer: Uint8Array): Uint8Array {
  const isError = answer.length > ERROR_MAP.length && ERROR_MAP.every((byte, index) => answer[index] === byte);
  return writeMap([['id', id], isError ? ['error', answer.subarray(ERROR_MAP.length)] : ['result', answer]]);
}

/** A pushed message: no id, the notification as result. */
export function writeNotification(notification: Uint8Array): Uint8Array {
  return writeMap([['result', notification]]);
}

function writeMap(fields: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0xa0 + fields.length)];
  for (const [key, value] of fields) parts.push(text(key), value);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** Raw CBOR of a short text. */
function text(value: string): Uint8Array {
  const utf8 = encoder.encode(value);
  if (utf8.length > 255) throw new FrameError('a name of the protocol is short');
  return utf8.length < 24 ? Uint8Array.of(0x60 + utf8.length, ...utf8) : Uint8Array.of(0x78, utf8.length, ...utf8);
}

/** null, undefined and SurrealDB's NONE (tag 6) all mean that no value was given. */
function present(raw: Uint8Array | undefined): Uint8Array | null {
  if (raw === undefined || raw[0] === 0xf6 || raw[0] === 0xf7 || raw[0] === 0xc6) return null;
  return raw;
}

function readText(bytes: Uint8Array, offset: number): { text: string; next: number } {
  const head = readHead(bytes, offset);
  if (head.major !== 3 || head.value === null || head.value > 255) throw new FrameError('a short text was expected');
  const end = head.next + head.value;
  if (end > bytes.length) throw new FrameError('cut short');
  try {
    return { text: decoder.decode(bytes.subarray(head.next, end)), next: end };
  } catch (cause) {
    throw new FrameError('a name is not UTF-8', { cause });
  }
}

function readHead(bytes: Uint8Array, offset: number): Head {
  const first = bytes[offset];
  if (first === undefined) throw new FrameError('cut short');
  const major = first >> 5;
  const info = first & 31;
  if (info < 24) return { major, value: info, next: offset + 1 };
  if (info === 31) return { major, value: null, next: offset + 1 };
  if (info > 27) throw new FrameError('a length of an unknown kind');
  const size = 1 << (info - 24);
  if (offset + 1 + size > bytes.length) throw new FrameError('cut short');
  let value = 0;
  for (let index = 1; index <= size; index += 1) value = value * 256 + (bytes[offset + index] ?? 0);
  return { major, value, next: offset + 1 + size };
}

/** Offset after the item that starts at `offset`. */
function skip(bytes: Uint8Array, offset: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new FrameError('nested too deep');
  const head = readHead(bytes, offset);
  switch (head.major) {
    case 2:
    case 3:
      return head.value === null ? skipToBreak(bytes, head.next, depth) : within(bytes, head.next + head.value);
    case 4:
      return skipItems(bytes, head, 1, depth);
    case 5:
      return skipItems(bytes, head, 2, depth);
    case 6:
      return skip(bytes, head.next, depth + 1);
    default:
      if (head.value === null) throw new FrameError('a break that ends nothing');
      return head.next;
  }
}

function skipItems(bytes: Uint8Array, head: Head, perEntry: number, depth: number): number {
  if (head.value === null) return skipToBreak(bytes, head.next, depth);
  let offset = head.next;
  // A forged length stops at the end of the bytes, not after 2^53 iterations.
  for (let item = 0; item < head.value * perEntry; item += 1) offset = skip(bytes, offset, depth + 1);
  return offset;
}

function skipToBreak(bytes: Uint8Array, start: number, depth: number): number {
  let offset = start;
  while (bytes[offset] !== BREAK) offset = skip(bytes, offset, depth + 1);
  return offset + 1;
}

function within(bytes: Uint8Array, end: number): number {
  if (end > bytes.length) throw new FrameError('cut short');
  return end;
}
