import type { ByteInterner } from './byte-interner.ts';
import { JsonCursor } from './json-cursor.ts';
import { KEY, KeyTable } from './record-keys.ts';
import { FLAG } from './record-kinds.ts';
import { digits, parseTime } from './record-time.ts';
import { knownWords, type ReadResult, type ToolBlock } from './record-words.ts';

const ABSENT = -2;
const NULL = -1;
/** Reading failed; not an id. */
const FAILED = -3;

const BLOCK_FLAGS = FLAG.text | FLAG.thinking | FLAG.toolUse | FLAG.toolResult | FLAG.hollowThinking;
const KEYS = new KeyTable();
const SYNTHETIC = new TextEncoder().encode('<synthetic>');
const API_MESSAGE = new TextEncoder().encode('msg_');

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
  /** Tokens of the prompt that the model's cache did not hold, and of the answer; -1 when not said. */
  input = -1;
  output = -1;
  /** Tokens of the prompt that the model's cache held, and that were written to it; -1 when not said. */
  cacheRead = -1;
  cacheWritten = -1;
  /** `toolUseID` and `parentToolUseID` of progress records. */
  private ownToolUse = -1;
  private parentToolUse = -1;
  /** Of the records before: most continue the last one, in the same session, version and branch. */
  private lastUuid = -1;
  private lastSession = -1;
  private lastVersion = -1;
  private lastBranch = -1;
  private isErrorReport = false;
  private isSynthetic = false;
  /** Milliseconds since 1970, NaN when absent or not a date. */
  time = Number.NaN;
  flags = 0;
  tools: ToolBlock[] = [];
  /** Whether `message.id` is a text that does not start as the API's ids do. */
  hasForeignId = false;
  /** Whether `message.content` holds anything; whether `attachment` is an object with a type. */
  hasContent = false;
  hasAttachmentType = false;
  /** Whether `attachment` is a prompt typed while the agent was busy. */
  isQueuedPrompt = false;
  /** Where reading ended, in bytes of the given buffer. */
  end = 0;

  private readonly cursor = new JsonCursor();
  private readonly names: ByteInterner;
  private readonly words: ByteInterner;
  /** Ids of the words that are asked for. */
  private readonly known: ReturnType<typeof knownWords>;

  /** @param names gives ids for all text fields; kept by the index */
  constructor(names: ByteInterner, words: ByteInterner) {
    this.names = names;
    this.words = words;
    this.known = knownWords(words);
  }

  /** The tool call a progress record reports on. */
  get toolUse(): number {
    return this.parentToolUse >= 0 ? this.parentToolUse : this.ownToolUse;
  }

  /** Whether the record broke off inside a string that its bytes do not end. */
  get endedInString(): boolean {
    return this.cursor.endedInString;
  }

  /** Whether a string holds an escaped NUL or half of a surrogate pair: which one, and whether it counts, takes a closer look. */
  get isSuspect(): boolean {
    return this.cursor.sawNulEscape || this.cursor.sawLoneSurrogate;
  }

  /** Reads the object that starts at `start`. */
  read(bytes: Uint8Array, start: number, end: number): ReadResult {
    this.clear();
    const { cursor } = this;
    cursor.reset(bytes, start, end);
    const whole = cursor.openObject() && this.members();
    this.end = cursor.pos;
    if (this.isSynthetic) this.flags |= FLAG.synthetic | (this.isErrorReport ? FLAG.apiError : 0);
    if (!whole) return 'broken';
    cursor.skipSpace();
    return cursor.pos === end ? 'complete' : 'trailing';
  }

  private clear(): void {
    if (this.uuid >= 0) this.lastUuid = this.uuid;
    if (this.session >= 0) this.lastSession = this.session;
    if (this.version >= 0) this.lastVersion = this.version;
    if (this.branch >= 0) this.lastBranch = this.branch;
    this.type = this.subtype = this.uuid = this.session = -1;
    this.messageId = this.agent = this.version = this.branch = this.ownToolUse = this.parentToolUse = -1;
    this.input = this.output = this.cacheRead = this.cacheWritten = this.leaf = -1;
    this.parent = ABSENT;
    this.time = Number.NaN;
    this.flags = 0;
    this.isErrorReport = this.isSynthetic = this.hasForeignId = this.hasContent = this.hasAttachmentType = this.isQueuedPrompt = false;
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
    if (!cursor.escaped) return KEYS.find(cursor.bytes, cursor.textStart, cursor.textEnd);
    const name = new TextEncoder().encode(cursor.text());
    return KEYS.find(name, 0, name.length);
  }

  private value(key: number): boolean {
    if (key === KEY.other) return this.cursor.skipValue();
    switch (key) {
      case KEY.type:
        return (this.type = this.word()) !== FAILED;
      case KEY.subtype:
        return (this.subtype = this.word()) !== FAILED;
      case KEY.uuid:
        return (this.uuid = this.name()) !== FAILED;
      case KEY.parentUuid:
        return (this.parent = this.name(this.lastUuid)) !== FAILED;
      case KEY.sessionId:
        return (this.session = this.name(this.lastSession)) !== FAILED;
      case KEY.agentId:
        return (this.agent = this.name()) !== FAILED;
      case KEY.version:
        return (this.version = this.name(this.lastVersion)) !== FAILED;
      case KEY.gitBranch:
        return (this.branch = this.name(this.lastBranch)) !== FAILED;
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
        this.isErrorReport = this.isTrue();
        return this.cursor.skipValue();
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

  /** A string value as a name; -1 for any other value. @param likely the name that it probably is; -1 */
  private name(likely = -1): number {
    return this.interned(this.names, likely);
  }

  private word(): number {
    return this.interned(this.words, -1);
  }

  private interned(names: ByteInterner, likely: number): number {
    const { cursor } = this;
    if (cursor.nextKind() !== 'string') return cursor.skipValue() ? NULL : FAILED;
    if (!cursor.string()) return FAILED;
    if (!cursor.escaped) {
      if (names.holds(likely, cursor.view, cursor.textStart, cursor.textEnd)) return likely;
      return names.intern(cursor.view, cursor.textStart, cursor.textEnd);
    }
    return names.internText(cursor.text());
  }

  // Of a repeated key the last value counts, as for JSON.parse: each reading starts by forgetting what was read before.
  private boolean(flag: number): boolean {
    this.setFlag(flag, this.isTrue());
    return this.cursor.skipValue();
  }

  private isTrue(): boolean {
    this.cursor.skipSpace();
    return this.cursor.bytes[this.cursor.pos] === 0x74;
  }

  private present(flag: number): boolean {
    this.setFlag(flag, this.cursor.nextKind() === 'string');
    return this.cursor.skipValue();
  }

  private setFlag(flag: number, on: boolean): void {
    this.flags = on ? this.flags | flag : this.flags & ~flag;
  }

  private timestamp(): boolean {
    const { cursor } = this;
    this.time = Number.NaN;
    if (cursor.nextKind() !== 'string') return cursor.skipValue();
    if (!cursor.string()) return false;
    this.time = parseTime(cursor.bytes, cursor.textStart, cursor.textEnd);
    return true;
  }

  private message(): boolean {
    const { cursor } = this;
    this.messageId = -1;
    this.isSynthetic = false;
    this.hasForeignId = false;
    this.forgetContent();
    if (cursor.nextKind() !== 'object') return cursor.skipValue();
    cursor.openObject();
    for (let first = true; ; first = false) {
      const next = cursor.member(first);
      if (next !== 'name') return next === 'end';
      if (!this.messageValue(this.key())) return false;
    }
  }

  private messageValue(key: number): boolean {
    const { cursor } = this;
    switch (key) {
      case KEY.id: {
        const isText = cursor.nextKind() === 'string';
        this.messageId = this.name();
        this.hasForeignId = isText && !cursor.textStartsWith(API_MESSAGE);
        return this.messageId !== FAILED;
      }
      case KEY.model: {
        const isText = cursor.nextKind() === 'string';
        if (!cursor.skipValue()) return false;
        this.isSynthetic = isText && cursor.textStartsWith(SYNTHETIC) && cursor.textLength === SYNTHETIC.length;
        return true;
      }
      case KEY.content:
        return this.content();
      case KEY.usage:
        return this.usage();
      default:
        return cursor.skipValue();
    }
  }

  private usage(): boolean {
    const { cursor } = this;
    if (cursor.nextKind() !== 'object') return cursor.skipValue();
    cursor.openObject();
    for (let first = true; ; first = false) {
      const next = cursor.member(first);
      if (next !== 'name') return next === 'end';
      const key = this.key();
      if (key === KEY.cache_read_input_tokens) this.cacheRead = this.count();
      else if (key === KEY.cache_creation_input_tokens) this.cacheWritten = this.count();
      else if (key === KEY.input_tokens) this.input = this.count();
      else if (key === KEY.output_tokens) this.output = this.count();
      else if (!cursor.skipValue()) return false;
      if (this.cacheRead === FAILED || this.cacheWritten === FAILED || this.input === FAILED || this.output === FAILED) return false;
    }
  }

  /** A whole number of at most nine digits; -1 for any other value. */
  private count(): number {
    const { cursor } = this;
    cursor.skipSpace();
    const start = cursor.pos;
    if (!cursor.skipValue()) return FAILED;
    const length = cursor.pos - start;
    const value = length > 9 ? Number.NaN : digits(cursor.bytes, start, length);
    return Number.isNaN(value) ? NULL : value;
  }

  private forgetContent(): void {
    this.hasContent = false;
    this.flags &= ~BLOCK_FLAGS;
    if (this.tools.length > 0) this.tools = [];
  }

  private content(): boolean {
    const { cursor } = this;
    this.forgetContent();
    if (cursor.nextKind() === 'string') {
      this.flags |= FLAG.text;
      const read = cursor.string();
      this.hasContent = cursor.textEnd > cursor.textStart;
      return read;
    }
    if (cursor.nextKind() !== 'array') return cursor.skipValue();
    cursor.openArray();
    for (let first = true; ; first = false) {
      if (cursor.closeArray()) return true;
      if (!first && !cursor.comma()) return false;
      this.hasContent = true;
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
    let isHollow = false;
    let isSigned = false;
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
      else if (key === KEY.thinking || key === KEY.signature) {
        const isText = cursor.nextKind() === 'string';
        if (!cursor.skipValue()) return false;
        const isEmpty = cursor.textStart === cursor.textEnd;
        if (key === KEY.thinking) isHollow = isText && isEmpty;
        else isSigned = isText && !isEmpty;
      } else if (!cursor.skipValue()) return false;
      if (type === FAILED || id === FAILED || name === FAILED || answers === FAILED) return false;
    }
    this.noteBlock(type, id, name, answers);
    if (isHollow && isSigned && type === this.known.thinking) this.flags |= FLAG.hollowThinking;
    return true;
  }

  private noteBlock(type: number, id: number, name: number, answers: number): void {
    const { known } = this;
    if (type === known.text) this.flags |= FLAG.text;
    else if (type === known.thinking || type === known.redactedThinking) this.flags |= FLAG.thinking;
    else if (type === known.toolUse) {
      this.flags |= FLAG.toolUse;
      this.tools.push({ id, name, isResult: false });
    } else if (type === known.toolResult) {
      this.flags |= FLAG.toolResult;
      this.tools.push({ id: answers, name: -1, isResult: true });
    }
  }

  /** Of an attachment only its type matters. */
  private attachment(): boolean {
    const { cursor } = this;
    this.hasAttachmentType = false;
    this.isQueuedPrompt = false;
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
      this.hasAttachmentType = type >= 0;
      this.isQueuedPrompt = type === this.known.queuedCommand;
    }
  }
}
