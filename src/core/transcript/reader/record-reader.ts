import type { RecordFormat } from '../../formats/format.ts';
import type { ByteInterner } from '../json/byte-interner.ts';
import type { JsonCursor } from '../json/json-cursor.ts';
import { FLAG } from '../record-kinds.ts';
import { REMARK, type Remark } from '../notes/remarks.ts';
import { ClientTexts } from './client-texts.ts';
import { contentPrint } from './content-print.ts';
import { BLANK_TEXT, CONTENT_FLAGS, ContentBlock, isBlank, type ToolBlock } from './content-block.ts';
import { BLOCK, FIELD_OF, FLAG_OF, MEANING, TOKENS_OF } from './meanings.ts';
import type { ReadResult } from './read-result.ts';
import { type Place, type RecordTables, tablesOf } from './record-tables.ts';
import { FAILED, ValueReader } from './value-reader.ts';
import { blocksByWord, bytesOf } from './words.ts';

const ABSENT = -2;

/**
 * Reads what the index needs from one record without building it, as its format's tables say. One reader is used for all lines; its
 * fields hold the last record. Text fields are ids of the interner, -1 where null or absent.
 */
export class RecordReader {
  type = -1;
  subtype = -1;
  role = -1;
  uuid = -1;
  /** -2 when the key is absent. */
  parent = ABSENT;
  session = -1;
  messageId = -1;
  agent = -1;
  version = -1;
  writer = -1;
  branch = -1;
  /** uuid of the record that the conversation continues from. */
  leaf = -1;
  /** Tokens of the prompt that the model's cache did not hold, and of the answer; -1 when not said. */
  input = -1;
  output = -1;
  /** Tokens of the prompt that the model's cache held, and that were written to it; -1 when not said. */
  cacheRead = -1;
  cacheWritten = -1;
  print = 0;
  private reportedCall = -1;
  private parentCall = -1;
  /** Of the records before: most continue the last one, in the same session, version and branch. */
  private lastUuid = -1;
  private lastSession = -1;
  private lastVersion = -1;
  private lastBranch = -1;
  private isErrorReport = false;
  private isClientModel = false;
  private isApiModel = false;
  /** Milliseconds since 1970, NaN when absent or not a date. */
  time = Number.NaN;
  flags = 0;
  tools: ToolBlock[] = [];
  remarks: Remark[] = [];
  /** Whether the message id is a text that does not start as the API's ids do. */
  hasForeignId = false;
  /** Whether the message holds anything; whether the attachment is an object with a type. */
  hasContent = false;
  hasAttachmentType = false;
  /** Whether the attachment is a prompt typed while the agent was busy. */
  isQueuedPrompt = false;
  /** Where reading ended, in bytes of the given buffer. */
  end = 0;

  private readonly outer = new ContentBlock();
  /** A block inside a result. */
  private readonly inner = new ContentBlock();
  private current = this.outer;
  private inBlock = false;
  /** Place of that block. */
  private blockAt = 0;
  /** Call that the record as a whole answers. */
  private ownAnswer = -1;
  /** Bits of the places entered in this record. */
  private entered = 0;

  private readonly texts: ClientTexts;
  private readonly values: ValueReader;
  private readonly cursor: JsonCursor;
  private readonly tables: RecordTables;
  /** What a block with a type is, by the word's id. */
  private readonly blockOfWord: Uint8Array;
  private readonly queuedPrompt: number;
  private readonly clientModel: Uint8Array | null;
  private readonly apiModelStart: Uint8Array | null;
  private readonly messageIdStart: Uint8Array | null;

  /**
   * @param format of the records
   * @param names gives ids for all text fields; kept by the index
   * @param words gives ids for types
   */
  constructor(format: RecordFormat, names: ByteInterner, words: ByteInterner) {
    this.texts = new ClientTexts(format.clientTexts);
    this.values = new ValueReader(names, words);
    this.cursor = this.values.cursor;
    this.tables = tablesOf(format);
    this.blockOfWord = blocksByWord(format.blocks, words);
    this.queuedPrompt = format.queuedPrompt === null ? FAILED : words.internText(format.queuedPrompt);
    this.clientModel = bytesOf(format.clientModel);
    this.apiModelStart = bytesOf(format.apiModelStart);
    this.messageIdStart = bytesOf(format.messageIdStart);
  }

  /** The tool call a progress record reports on. */
  get toolUse(): number {
    return this.parentCall >= 0 ? this.parentCall : this.reportedCall;
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
    const whole = cursor.openObject() && this.members(this.tables.record);
    this.end = cursor.pos;
    if (this.isClientModel) this.flags |= FLAG.synthetic | (this.isErrorReport ? FLAG.apiError : 0);
    // Signatures are what models of the API write.
    if (!this.isApiModel && this.remarks.length > 0) this.remarks = this.remarks.filter(({ kind }) => kind !== REMARK.unsigned);
    if (this.ownAnswer >= 0) {
      this.flags |= FLAG.toolResult;
      this.tools.push({ id: this.ownAnswer, name: -1, isResult: true });
    }
    if (this.texts.areAll && this.tools.length === 0) this.flags |= FLAG.clientText;
    if (!whole) return 'broken';
    cursor.skipSpace();
    return cursor.pos === end ? 'complete' : 'trailing';
  }

  private clear(): void {
    if (this.uuid >= 0) this.lastUuid = this.uuid;
    if (this.session >= 0) this.lastSession = this.session;
    if (this.version >= 0) this.lastVersion = this.version;
    if (this.branch >= 0) this.lastBranch = this.branch;
    this.type = this.subtype = this.role = this.uuid = this.session = -1;
    this.messageId = this.agent = this.version = this.writer = this.branch = this.reportedCall = this.parentCall = -1;
    this.input = this.output = this.cacheRead = this.cacheWritten = this.leaf = this.ownAnswer = -1;
    this.parent = ABSENT;
    this.time = Number.NaN;
    this.flags = this.entered = this.print = 0;
    this.isErrorReport = this.isClientModel = this.isApiModel = this.hasForeignId = false;
    this.hasAttachmentType = this.isQueuedPrompt = this.inBlock = false;
    this.forgetContent();
    this.current = this.outer;
  }

  private members(place: Place): boolean {
    const { cursor } = this;
    for (let first = true; ; first = false) {
      const next = cursor.member(first);
      if (next !== 'name') return next === 'end';
      if (!this.value(place, this.key())) return false;
    }
  }

  /** The key of the member name just read. */
  private key(): number {
    const { cursor } = this;
    const { keys } = this.tables;
    if (!cursor.escaped) return keys.find(cursor.bytes, cursor.textStart, cursor.textEnd);
    const name = new TextEncoder().encode(cursor.text());
    return keys.find(name, 0, name.length);
  }

  private value(place: Place, key: number): boolean {
    // Most members of a record are of no interest.
    if (key === 0) return this.cursor.skipValue();
    const meaning = place.meanings[key]!;
    switch (meaning) {
      case MEANING.type:
        return (this.type = this.values.word()) !== FAILED;
      case MEANING.subtype:
        return (this.subtype = this.values.word()) !== FAILED;
      case MEANING.role:
        return (this.role = this.values.word()) !== FAILED;
      case MEANING.uuid:
        return (this.uuid = this.values.name()) !== FAILED;
      case MEANING.parent:
        return (this.parent = this.values.name(this.lastUuid)) !== FAILED;
      case MEANING.session:
        return (this.session = this.values.name(this.lastSession)) !== FAILED;
      case MEANING.agent:
        return (this.agent = this.values.name()) !== FAILED;
      case MEANING.version:
        return (this.version = this.values.name(this.lastVersion)) !== FAILED;
      case MEANING.writer:
        return (this.writer = this.values.word()) !== FAILED;
      case MEANING.branch:
        return (this.branch = this.values.name(this.lastBranch)) !== FAILED;
      case MEANING.messageId:
        return this.ofMessage();
      case MEANING.leaf:
        return (this.leaf = this.values.name()) !== FAILED;
      case MEANING.reportedCall:
        return (this.reportedCall = this.values.name()) !== FAILED;
      case MEANING.parentCall:
        return (this.parentCall = this.values.name()) !== FAILED;
      case MEANING.time:
        return this.timestamp();
      case MEANING.sidechain:
        return this.mark(FLAG.sidechain, this.values.isTrue());
      case MEANING.injected:
        return this.mark(FLAG.injected, this.values.isTrue());
      case MEANING.compactSummary:
        return this.mark(FLAG.compactSummary, this.values.isTrue());
      case MEANING.errorReport:
        this.isErrorReport = this.values.isTrue();
        return this.cursor.skipValue();
      case MEANING.team:
        return this.mark(FLAG.team, this.values.isString());
      case MEANING.object:
        return this.object(place.inner[key]!);
      case MEANING.blocks:
        return this.inBlock ? this.innerContent(place.inner[key]!, this.blockAt) : this.printed(place.inner[key]!);
      case MEANING.none:
        return this.cursor.skipValue();
      default:
        return this.innerValue(meaning);
    }
  }

  /** Values that stand in inner objects of a record, of which there are fewer. */
  private innerValue(meaning: number): boolean {
    switch (meaning) {
      case MEANING.model:
        return this.model();
      case MEANING.input:
      case MEANING.output:
      case MEANING.cacheRead:
      case MEANING.cacheWritten:
        return (this[TOKENS_OF[meaning]] = this.values.count()) !== FAILED;
      case MEANING.attachmentType:
        return this.attachmentType();
      case MEANING.blockType:
        return this.blockType();
      case MEANING.answeredCall:
        return this.answeredCall();
      default:
        return this.current.value(meaning, this.values, this.texts);
    }
  }

  // Of a repeated key the last value counts, as for JSON.parse: each reading starts by forgetting what was read before.
  private mark(flag: number, on: boolean): boolean {
    this.setFlag(flag, on);
    return this.cursor.skipValue();
  }

  private setFlag(flag: number, on: boolean): void {
    this.flags = on ? this.flags | flag : this.flags & ~flag;
  }

  private timestamp(): boolean {
    const time = this.values.time();
    this.time = time ?? Number.NaN;
    return time !== null;
  }

  private object(place: Place): boolean {
    const { cursor } = this;
    this.enter(place);
    if (cursor.nextKind() !== 'object') return cursor.skipValue();
    if (place.block !== BLOCK.other) this.current.kind = place.block;
    cursor.openObject();
    return this.members(place);
  }

  /** Forgets what an earlier object of the same name said; blocks of a list are told apart by the list. */
  private enter(place: Place): void {
    if ((this.entered & place.bit) !== 0 && !this.inBlock) for (const meaning of place.all) this.forget(meaning);
    this.entered |= place.bit;
  }

  private forget(meaning: number): void {
    const field = FIELD_OF.get(meaning);
    if (field !== undefined) this[field] = field === 'parent' ? ABSENT : -1;
    const flag = FLAG_OF.get(meaning);
    if (flag !== undefined) this.setFlag(flag, false);
    if (meaning === MEANING.blocks) this.forgetContent();
    if (meaning === MEANING.messageId) this.hasForeignId = false;
    if (meaning === MEANING.model) this.isClientModel = this.isApiModel = false;
    if (meaning === MEANING.errorReport) this.isErrorReport = false;
    if (meaning === MEANING.answeredCall) this.ownAnswer = -1;
    if (meaning === MEANING.attachmentType) this.hasAttachmentType = this.isQueuedPrompt = false;
    if (meaning === MEANING.time) this.time = Number.NaN;
  }

  private ofMessage(): boolean {
    const isText = this.values.isString();
    this.messageId = this.values.name();
    this.hasForeignId = isText && this.messageIdStart !== null && !this.cursor.textStartsWith(this.messageIdStart);
    return this.messageId !== FAILED;
  }

  private model(): boolean {
    const { cursor, clientModel, apiModelStart } = this;
    const isText = this.values.isString();
    if (!cursor.skipValue()) return false;
    this.isClientModel = isText && clientModel !== null && cursor.textStartsWith(clientModel) && cursor.textLength === clientModel.length;
    this.isApiModel = isText && apiModelStart !== null && cursor.textStartsWith(apiModelStart);
    return true;
  }

  private attachmentType(): boolean {
    const type = this.values.word();
    this.hasAttachmentType = type >= 0;
    this.isQueuedPrompt = type === this.queuedPrompt;
    return type !== FAILED;
  }

  private forgetContent(): void {
    this.hasContent = false;
    this.flags &= ~CONTENT_FLAGS;
    this.texts.clear();
    if (this.tools.length > 0) this.tools = [];
    if (this.remarks.length > 0) this.remarks = [];
  }

  private printed(place: Place, start = this.cursor.pos): boolean {
    const read = this.content(place);
    this.print = read ? contentPrint(this.cursor.view, start, this.cursor.pos) : 0;
    return read;
  }

  private content(place: Place): boolean {
    const { cursor } = this;
    if ((this.entered & place.bit) !== 0) this.forgetContent();
    this.entered |= place.bit;
    if (cursor.nextKind() === 'string') {
      this.flags |= FLAG.text;
      const read = cursor.string();
      this.texts.add(this.texts.isClients(cursor));
      if (read && isBlank(cursor)) this.remarks.push(BLANK_TEXT);
      this.hasContent ||= cursor.textEnd > cursor.textStart;
      return read;
    }
    if (cursor.nextKind() !== 'array') return cursor.skipValue();
    const items = this.values.list((at) => this.block(place, at));
    this.hasContent ||= items !== 0;
    return items !== FAILED;
  }

  private block(place: Place, at: number): boolean {
    const { current } = this;
    current.clear();
    this.cursor.openObject();
    this.inBlock = true;
    this.blockAt = at;
    const read = this.members(place);
    this.inBlock = false;
    if (!read) return false;
    this.flags |= current.flags;
    this.texts.add(current.kind === BLOCK.text && current.isClients);
    current.addTo(this.tools, this.remarks, at);
    return true;
  }

  /** The blocks of a result: of interest are pictures and documents alone. @param at place of the result */
  private innerContent(place: Place, at: number): boolean {
    const { cursor, inner, outer } = this;
    if (cursor.nextKind() !== 'array') return cursor.skipValue();
    const items = this.values.list(() => {
      inner.clear();
      cursor.openObject();
      this.current = inner;
      const read = this.members(place);
      this.current = outer;
      if (inner.kind === BLOCK.picture || inner.kind === BLOCK.document) inner.remarkTo(this.remarks, at);
      return read;
    });
    return items !== FAILED;
  }

  private blockType(): boolean {
    const type = this.values.word();
    this.current.kind = type >= 0 && type < this.blockOfWord.length ? this.blockOfWord[type]! : BLOCK.other;
    return type !== FAILED;
  }

  private answeredCall(): boolean {
    const call = this.values.name();
    if (this.inBlock) this.current.answered = call;
    else this.ownAnswer = call;
    return call !== FAILED;
  }
}
