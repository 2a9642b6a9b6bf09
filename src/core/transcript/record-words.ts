import type { ByteInterner } from './byte-interner.ts';

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

/** Ids of the words that a reader asks for. */
export function knownWords(words: ByteInterner) {
  const id = (word: string): number => words.internText(word);
  return {
    text: id('text'),
    thinking: id('thinking'),
    redactedThinking: id('redacted_thinking'),
    toolUse: id('tool_use'),
    toolResult: id('tool_result'),
    queuedCommand: id('queued_command'),
  };
}
