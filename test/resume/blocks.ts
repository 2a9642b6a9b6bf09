/**
 * Text and tool blocks, named so that what a client sends can be matched with the records of a file: a call by its id, a result by
 * the id it answers, text by who says it and a digest of what is said.
 */
import { createHash } from 'node:crypto';
import type { SentMessage } from './mock-api.ts';

/** `call ID`, `result ID`, `user DIGEST` or `assistant DIGEST`. */
export type BlockName = string;

/** One text or tool block of a record or of a message. */
export interface NamedBlock {
  readonly name: BlockName;
  /** The text of a text block; empty for tools. */
  readonly text: string;
}

/** @param content a message's content; blocks that are neither text nor tools are passed over */
export function blocksOf(role: string, content: unknown): NamedBlock[] {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : Array.isArray(content) ? (content as unknown[]) : [];
  return blocks.flatMap((block): NamedBlock[] => {
    const { type, text, id, tool_use_id: answers } = (block ?? {}) as Record<string, unknown>;
    if (type === 'text' && typeof text === 'string') return text.trim() === '' ? [] : [{ name: textName(role, text), text }];
    if (type === 'tool_use') return [{ name: `call ${String(id)}`, text: '' }];
    return type === 'tool_result' ? [{ name: `result ${String(answers)}`, text: '' }] : [];
  });
}

function textName(role: string, text: string): BlockName {
  // Clients trim text. A half of a surrogate pair is U+FFFD in UTF-8, for the digest as in a request.
  return `${role} ${createHash('sha256').update(text.trim(), 'utf8').digest('hex').slice(0, 16)}`;
}

/** Blocks of a request in order; what the client adds under no record's name is among them. */
export function sentBlocks(messages: readonly SentMessage[]): NamedBlock[] {
  return messages.flatMap(({ role, content }) => blocksOf(role, content));
}
