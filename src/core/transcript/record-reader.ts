import type { ByteInterner } from './byte-interner.ts';
import { JsonCursor } from './json-cursor.ts';
import { FLAG } from './record-kinds.ts';

/** What is known of one tool block of a record. */
export interface ToolBlock {
  /** Interned id of the call. */
  readonly id: number;
  /** Interned tool name; -1 for a result. */
  readonly name: number;
  readonly isResult: boolean;
}

/** How reading one object ended. */
export type ReadResult =
  /** The object ends at `end`; only spaces follow. */
  | 'complete'
  /** The object is whole and ends at `end`, but more follows on the line. */
  | 'trailing'
  /** Not a JSON object; it could be read up to `end`. */
  | 'broken';

const ABSENT = -2;
const NULL = -1;

/**
 * Reads what the index needs from one record without building it. One reader is used for all lines; its fields hold the last
 * record. Text fields are ids of the interner, -1 where null or absent.
 */
export class RecordReader {
  type = -1;
  subtype = -1;
  uuid = -1;
  /** -2 when the key is absent. */
  parent = ABSENT;
  session = -1;
  messageId = -1;
  agent = -1;
  version = -1;
  branch = -1;
  /** `leafUuid` of a `last-prompt` or `summary`. */
  leaf = -1;
  /** `toolUseID` and `parentToolUseID` of progress records. */
  private ownToolUse = -1;
  private parentToolUse = -1;
  /** Milliseconds since 1970, NaN when absent or not a date. */
  time = Number.NaN;
  flags = 0;
  tools: ToolBlock[] = [];
  /** Where reading ended, in bytes of the given buffer. */
  end = 0;

  /** Interned model of the message. */
  private model = -1;
  private readonly cursor = new JsonCursor();
  private readonly names: ByteInterner;
  private readonly keys: KeyTable;
  private readonly words: ByteInterner;

  /** @param names gives ids for all text fields; kept by the index */
  constructor(names: ByteInterner, words: ByteInterner) {
    this.names = names;
    this.words = words;
    this.keys = new KeyTable();
  }

  /** The tool call a progress record reports on. */
  get toolUse(): number {
    return this.parentToolUse >= 0 ? this.parentToolUse : this.ownToolUse;
  }

  /** Reads the object that starts at `start`. */
  read(bytes: Uint8Array, start: number, end: number): ReadResult {
    this.clear();
    const { cursor } = this;
    cursor.reset(bytes, start, end);
    const whole = cursor.openObject() && this.members();
    this.end = cursor.pos;
    if (this.model < 0 || this.words.text(this.model) !== SYNTHETIC) this.flags &= ~FLAG.apiError;
    if (!whole) return 'broken';
    cursor.skipSpace();
    return cursor.pos === end ? 'complete' : 'trailing';
  }

  private clear(): void {
    this.type = this.subtype = this.uuid = this.session = -1;
    this.messageId = this.agent = this.version = this.branch = this.leaf = this.ownToolUse = this.parentToolUse = -1;
    this.model = -1;
    this.parent = ABSENT;
    this.time = Number.NaN;
    this.flags = 0;
    if (this.tools.length > 0) this.tools = [];
  }

  private members(): boolean {
    const { cursor } = this;
    for (let first = true; ; first = false) {
      const next = cursor.member(first);
      if (next !== 'name') return next === 'end';
      if (!this.value(this.key())) return false;
    }
  }

  /** The key of the member name just read. */
  private key(): number {
    const { cursor } = this;
    if (!cursor.escaped) return this.keys.find(cursor.bytes, cursor.textStart, cursor.textEnd);
    const name = new TextEncoder().encode(cursor.text());
    return this.keys.find(name, 0, name.length);
  }

  private value(key: number): boolean {
    switch (key) {
      case KEY.type:
        return (this.type = this.word()) !== FAILED;
      case KEY.subtype:
        return (this.subtype = this.word()) !== FAILED;
      case KEY.uuid:
        return (this.uuid = this.name()) !== FAILED;
      case KEY.parentUuid:
        return (this.parent = this.name()) !== FAILED;
      case KEY.sessionId:
        return (this.session = this.name()) !== FAILED;
      case KEY.agentId:
        return (this.agent = this.name()) !== FAILED;
      case KEY.version:
        return (this.version = this.name()) !== FAILED;
      case KEY.gitBranch:
        return (this.branch = this.name()) !== FAILED;
      case KEY.toolUseID:
        return (this.ownToolUse = this.name()) !== FAILED;
      case KEY.parentToolUseID:
        return (this.parentToolUse = this.name()) !== FAILED;
      case KEY.timestamp:
        return this.timestamp();
      case KEY.isSidechain:
        return this.boolean(FLAG.sidechain);
      case KEY.isMeta:
        return this.boolean(FLAG.injected);
      case KEY.isCompactSummary:
        return this.boolean(FLAG.compactSummary);
      case KEY.isApiErrorMessage:
        return this.boolean(FLAG.apiError);
      case KEY.leafUuid:
        return (this.leaf = this.name()) !== FAILED;
      case KEY.teamName:
        return this.present(FLAG.team);
      case KEY.message:
        return this.message();
      case KEY.attachment:
        return this.attachment();
      default:
        return this.cursor.skipValue();
    }
  }

  /** A string value as a name; -1 for any other value. */
  private name(): number {
    return this.interned(this.names);
  }

  private word(): number {
    return this.interned(this.words);
  }

  private interned(names: ByteInterner): number {
    const { cursor } = this;
    if (cursor.nextKind() !== 'string') return cursor.skipValue() ? NULL : FAILED;
    if (!cursor.string()) return FAILED;
    if (!cursor.escaped) return names.intern(cursor.bytes, cursor.textStart, cursor.textEnd);
    const bytes = new TextEncoder().encode(cursor.text());
    return names.intern(bytes, 0, bytes.length);
  }

  private boolean(flag: number): boolean {
    const { cursor } = this;
    cursor.skipSpace();
    if (cursor.bytes[cursor.pos] === 0x74) this.flags |= flag;
    return cursor.skipValue();
  }

  private present(flag: number): boolean {
    if (this.cursor.nextKind() === 'string') this.flags |= flag;
    return this.cursor.skipValue();
  }

  private timestamp(): boolean {
    const { cursor } = this;
    if (cursor.nextKind() !== 'string') return cursor.skipValue();
    if (!cursor.string()) return false;
    this.time = parseTime(cursor.bytes, cursor.textStart, cursor.textEnd);
    return true;
  }

  private message(): boolean {
    const { cursor } = this;
    if (cursor.nextKind() !== 'object') return cursor.skipValue();
    cursor.openObject();
    for (let first = true; ; first = false) {
      const next = cursor.member(first);
      if (next !== 'name') return next === 'end';
      const key = this.key();
      if (!this.messageMember(key)) return false;
    }
  }

  private messageMember(key: number): boolean {
    if (key === KEY.id) return (this.messageId = this.name()) !== FAILED;
    if (key === KEY.model) return (this.model = this.word()) !== FAILED;
    return key === KEY.content ? this.content() : this.cursor.skipValue();
  }

  private content(): boolean {
    const { cursor } = this;
    if (cursor.nextKind() === 'string') this.flags |= FLAG.text;
    if (cursor.nextKind() !== 'array') return cursor.skipValue();
    cursor.openArray();
    for (let first = true; ; first = false) {
      if (cursor.closeArray()) return true;
      if (!first && !cursor.comma()) return false;
      const read = cursor.nextKind() === 'object' ? this.block() : cursor.skipValue();
      if (!read) return false;
    }
  }

  private block(): boolean {
    const { cursor } = this;
    let type = -1;
    let id = -1;
    let name = -1;
    let answers = -1;
    cursor.openObject();
    for (let first = true; ; first = false) {
      const next = cursor.member(first);
      if (next === 'broken') return false;
      if (next === 'end') break;
      const key = this.key();
      if (key === KEY.type) type = this.word();
      else if (key === KEY.id) id = this.name();
      else if (key === KEY.name) name = this.name();
      else if (key === KEY.tool_use_id) answers = this.name();
      else if (!cursor.skipValue()) return false;
      if (type === FAILED || id === FAILED || name === FAILED || answers === FAILED) return false;
    }
    this.noteBlock(this.words.text(type), id, name, answers);
    return true;
  }

  private noteBlock(type: string, id: number, name: number, answers: number): void {
    if (type === 'text') this.flags |= FLAG.text;
    else if (type === 'thinking' || type === 'redacted_thinking') this.flags |= FLAG.thinking;
    else if (type === 'tool_use') {
      this.flags |= FLAG.toolUse;
      this.tools.push({ id, name, isResult: false });
    } else if (type === 'tool_result') {
      this.flags |= FLAG.toolResult;
      this.tools.push({ id: answers, name: -1, isResult: true });
    }
  }

  /** Of an attachment only its type matters. */
  private attachment(): boolean {
    const { cursor } = this;
    if (cursor.nextKind() !== 'object') return cursor.skipValue();
    cursor.openObject();
    for (let first = true; ; first = false) {
      const next = cursor.member(first);
      if (next !== 'name') return next === 'end';
      if (this.key() !== KEY.type) {
        if (!cursor.skipValue()) return false;
        continue;
      }
      const type = this.word();
      if (type === FAILED) return false;
      if (this.words.text(type) === 'queued_command') this.flags |= FLAG.queuedPrompt;
    }
  }
}

/** The model that the client names for what it writes itself. */
const SYNTHETIC = '<synthetic>';

/** Reading failed; not an id. */
const FAILED = -3;

const KEY_NAMES = [
  'other',
  'type',
  'subtype',
  'uuid',
  'parentUuid',
  'sessionId',
  'agentId',
  'version',
  'gitBranch',
  'toolUseID',
  'parentToolUseID',
  'timestamp',
  'isSidechain',
  'isMeta',
  'isCompactSummary',
  'teamName',
  'isApiErrorMessage',
  'leafUuid',
  'message',
  'model',
  'attachment',
  'id',
  'content',
  'name',
  'tool_use_id',
] as const;
type KeyName = (typeof KEY_NAMES)[number];
const KEY = Object.fromEntries(KEY_NAMES.map((name, i) => [name, i])) as Readonly<Record<KeyName, number>>;

/** Finds the key of a name by its length, then by its bytes: most names of a record are not ours. */
class KeyTable {
  private readonly byLength: { readonly bytes: Uint8Array; readonly key: number }[][] = [];

  constructor() {
    const encoder = new TextEncoder();
    for (const name of KEY_NAMES.slice(1)) {
      const list = (this.byLength[name.length] ??= []);
      list.push({ bytes: encoder.encode(name), key: KEY[name] });
    }
  }

  find(bytes: Uint8Array, start: number, end: number): number {
    const candidates = this.byLength[end - start];
    if (candidates === undefined) return KEY.other;
    for (const candidate of candidates) {
      let i = 0;
      while (i < candidate.bytes.length && candidate.bytes[i] === bytes[start + i]) i++;
      if (i === candidate.bytes.length) return candidate.key;
    }
    return KEY.other;
  }
}

/** `2026-01-31T12:00:00.000Z` without making a string; anything else goes through Date. */
function parseTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 24 && bytes[start + 10] === 0x54 && bytes[start + 23] === 0x5a) {
    const day = dayStart(digits(bytes, start, 4), digits(bytes, start + 5, 2), digits(bytes, start + 8, 2));
    const seconds = digits(bytes, start + 11, 2) * 3600 + digits(bytes, start + 14, 2) * 60 + digits(bytes, start + 17, 2);
    return day + seconds * 1000 + digits(bytes, start + 20, 3);
  }
  return Date.parse(new TextDecoder().decode(bytes.subarray(start, end)));
}

let lastDay = { year: 0, month: 0, day: 0, ms: Number.NaN };

function dayStart(year: number, month: number, day: number): number {
  if (lastDay.year !== year || lastDay.month !== month || lastDay.day !== day) {
    lastDay = { year, month, day, ms: Date.UTC(year, month - 1, day) };
  }
  return lastDay.ms;
}

/** `count` decimal digits, NaN if one is not. */
function digits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
