import { FLAG } from '../record-kinds.ts';
import { BLOCK } from './meanings.ts';

/** Flags that content sets. */
export const CONTENT_FLAGS = FLAG.text | FLAG.thinking | FLAG.toolUse | FLAG.toolResult | FLAG.hollowThinking;

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

  clear(): void {
    this.kind = BLOCK.other;
    this.call = this.tool = this.answered = -1;
    this.hasEmptyThought = this.isSigned = false;
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
        return FLAG.toolResult;
      default:
        return 0;
    }
  }

  /** The call or result that it is; null for other blocks. */
  toTool(): ToolBlock | null {
    if (this.kind === BLOCK.call) return { id: this.call, name: this.tool, isResult: false };
    return this.kind === BLOCK.result ? { id: this.answered, name: -1, isResult: true } : null;
  }
}
