import { FLAG } from '../record-kinds.ts';
import { FAULT, REMARK, type Remark, type RemarkKind } from '../notes/remarks.ts';
import { documentFacts, type MediaFacts, pictureFacts } from './media.ts';
import type { JsonCursor } from '../json/json-cursor.ts';
import type { ClientTexts } from './client-texts.ts';
import { BLOCK, MEANING } from './meanings.ts';
import { FAILED, type ValueReader } from './value-reader.ts';

/** Flags that content sets. */
export const CONTENT_FLAGS = FLAG.text | FLAG.thinking | FLAG.toolUse | FLAG.toolResult | FLAG.hollowThinking | FLAG.failedResult;

/** What is known of one tool block of a record. */
export interface ToolBlock {
  /** Interned id of the call. */
  readonly id: number;
  /** Interned tool name; -1 for a result. */
  readonly name: number;
  readonly isResult: boolean;
}

/** The content block being read. Ids are -1 where absent. */
export class ContentBlock {
  kind: number = BLOCK.other;
  call = -1;
  tool = -1;
  /** The call that it answers. */
  answered = -1;
  hasEmptyThought = false;
  isSigned = false;
  /** A text of nothing; of white space. */
  isEmptyText = false;
  isBlankText = false;
  hasOddInput = false;
  hasFailed = false;
  mediaType: string | null = null;
  /** base64 as it stands in the record; null where there is none. */
  mediaData: Uint8Array | null = null;
  /** Whether its text is one of the client. */
  isClients = false;

  clear(): void {
    this.kind = BLOCK.other;
    this.call = this.tool = this.answered = -1;
    this.hasEmptyThought = this.isSigned = this.isEmptyText = this.isBlankText = false;
    this.hasOddInput = this.isClients = this.hasFailed = false;
    this.mediaType = this.mediaData = null;
  }

  /** Takes the value of one of its members. @returns false where the bytes are not JSON */
  value(meaning: number, values: ValueReader, texts: ClientTexts): boolean {
    if (meaning === MEANING.callId) return (this.call = values.name()) !== FAILED;
    if (meaning === MEANING.toolName) return (this.tool = values.name()) !== FAILED;
    const { cursor } = values;
    if (meaning === MEANING.failed) this.hasFailed = values.isTrue();
    const kind = cursor.nextKind();
    if (!cursor.skipValue()) return false;
    this.take(meaning, kind === 'string', kind === 'object', cursor);
    if (meaning === MEANING.said) this.isClients = kind === 'string' && texts.isClients(cursor);
    return true;
  }

  private take(meaning: number, isText: boolean, isObject: boolean, cursor: JsonCursor): void {
    const { bytes, textStart, textEnd } = cursor;
    const isEmpty = textStart === textEnd;
    switch (meaning) {
      case MEANING.thought:
        this.hasEmptyThought = isText && isEmpty;
        return;
      case MEANING.signature:
        this.isSigned = isText && !isEmpty;
        return;
      case MEANING.said:
        this.isEmptyText = isText && isEmpty;
        this.isBlankText = isText && isBlank(cursor);
        return;
      case MEANING.callInput:
        this.hasOddInput = !isObject;
        return;
      case MEANING.mediaType:
        this.mediaType = isText ? cursor.text() : null;
        return;
      case MEANING.mediaData:
        this.mediaData = isText ? bytes.subarray(textStart, textEnd) : null;
    }
  }

  /** What it says of its record. */
  get flags(): number {
    switch (this.kind) {
      case BLOCK.text:
        return FLAG.text;
      case BLOCK.thinking:
        return this.hasEmptyThought && this.isSigned ? FLAG.thinking | FLAG.hollowThinking : FLAG.thinking;
      case BLOCK.hiddenThinking:
        return FLAG.thinking;
      case BLOCK.call:
        return FLAG.toolUse;
      case BLOCK.result:
        return this.hasFailed ? FLAG.toolResult | FLAG.failedResult : FLAG.toolResult;
      default:
        return 0;
    }
  }

  /** The call or result that it is; null for other blocks. */
  private toTool(): ToolBlock | null {
    if (this.kind === BLOCK.call) return { id: this.call, name: this.tool, isResult: false };
    return this.kind === BLOCK.result ? { id: this.answered, name: -1, isResult: true } : null;
  }

  /** Adds what it is to the lists of its record. @param at its place in the message */
  addTo(tools: ToolBlock[], remarks: Remark[], at: number): void {
    const tool = this.toTool();
    if (tool !== null) tools.push(tool);
    this.remarkTo(remarks, at);
  }

  remarkTo(remarks: Remark[], at: number): void {
    const remark = this.toRemark(at);
    if (remark !== null) remarks.push(remark);
  }

  /** What an API may refuse about it; null for nothing. @param block its place in the message */
  private toRemark(block: number): Remark | null {
    switch (this.kind) {
      case BLOCK.serverCall:
        return this.remark(REMARK.serverCall, block, this.call);
      case BLOCK.serverResult:
        return this.remark(REMARK.serverResult, block, this.answered);
      case BLOCK.call:
        return this.hasOddInput ? this.remark(REMARK.oddInput, block, this.call) : null;
      case BLOCK.text:
        return this.isEmptyText || this.isBlankText ? this.remark(this.isEmptyText ? REMARK.emptyText : REMARK.blankText, block) : null;
      case BLOCK.thinking:
        return this.isSigned ? null : this.remark(REMARK.unsigned, block);
      case BLOCK.picture:
        return this.media(REMARK.picture, block, pictureFacts);
      case BLOCK.document:
        return this.media(REMARK.document, block, documentFacts);
      default:
        return null;
    }
  }

  private remark(kind: RemarkKind, block: number, id = -1): Remark {
    return { kind, block, id, name: this.tool, size: 0, pixels: 0, fault: FAULT.none };
  }

  /** Only data that stands in the record is looked at: a file or an address may be named instead. */
  private media(kind: RemarkKind, block: number, factsOf: (data: Uint8Array, type: string | null) => MediaFacts): Remark | null {
    const { mediaData, mediaType } = this;
    if (mediaData === null) return null;
    return { ...this.remark(kind, block), size: mediaData.length, ...factsOf(mediaData, mediaType) };
  }
}

/** A message that is a text of white space by itself. */
export const BLANK_TEXT: Remark = { kind: REMARK.blankText, block: 0, id: -1, name: -1, size: 0, pixels: 0, fault: FAULT.none };

const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LONGEST_BLANK = 1024;

/** Whether the text just read is of white space and nothing else. */
export function isBlank(cursor: JsonCursor): boolean {
  const { bytes, textStart, textEnd } = cursor;
  const length = textEnd - textStart;
  if (length === 0 || length > LONGEST_BLANK) return false;
  const first = bytes[textStart];
  return (first === SPACE || first === BACKSLASH) && cursor.text().trim() === '';
}
