/**
 * Text and tool blocks, named so that what a client sends can be matched with the records of a file: a call by its id, a result by
 * the id it answers, text by who says it and a digest of what is said.
 */
import { createHash } from 'node:crypto';
import type { SentMessage } from './api/request.ts';

/** `call ID`, `result ID`, `user DIGEST` or `assistant DIGEST`. */
export type BlockName = string;

/** What the client puts in where a result is missing. */
const STAND_IN = /^\[Tool (call interrupted|result missing)/;
/** What it says in the model's place after a turn without an answer; now and then it has written that into the file, too. */
export const PLACEHOLDER = 'No response requested.';

/** Whether this is the content of a result that the client has put in. */
export function isStandIn(content: unknown): boolean {
  return typeof content === 'string' && STAND_IN.test(content);
}

/** Names of the text and tool blocks of a message; empty text, other blocks and the client's stand-ins are passed over. */
export function blockNames(role: string, content: unknown): BlockName[] {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : Array.isArray(content) ? (content as unknown[]) : [];
  return blocks.flatMap((block): BlockName[] => {
    const { type, text, id, tool_use_id: answers, content: inner } = (block ?? {}) as Record<string, unknown>;
    if (type === 'text' && typeof text === 'string') return text.trim() === '' || text === PLACEHOLDER ? [] : [textName(role, text)];
    if (type === 'tool_use') return [`call ${String(id)}`];
    if (type !== 'tool_result' || isStandIn(inner)) return [];
    return [`result ${String(answers)}`];
  });
}

function textName(role: string, text: string): BlockName {
  // Clients trim text. A half of a surrogate pair is U+FFFD in UTF-8, for the digest as in a request.
  return `${role} ${createHash('sha256').update(text.trim(), 'utf8').digest('hex').slice(0, 16)}`;
}

/** Blocks of the messages of files, by record. */
export class FileBlocks {
  private readonly ofRecord = new Map<string, BlockName[]>();
  private readonly known = new Set<BlockName>();

  /** Takes the records of a file; of several with one uuid the last counts. Whole objects on damaged lines are taken too. */
  add(text: string): void {
    for (const line of text.split('\n')) {
      for (const record of objectsOf(line.replaceAll('\0', ''))) this.addRecord(record);
    }
  }

  /** Blocks of records, in order. */
  named(uuids: readonly string[]): BlockName[] {
    return uuids.flatMap((uuid) => this.ofRecord.get(uuid) ?? []);
  }

  /** Blocks of a request that stand in a record: what the client adds of its own is left out. */
  sent(messages: readonly SentMessage[]): BlockName[] {
    return messages.flatMap(({ role, content }) => blockNames(role, content)).filter((name) => this.known.has(name));
  }

  has(name: BlockName): boolean {
    return this.known.has(name);
  }

  private addRecord(record: Record<string, unknown>): void {
    const { uuid, type, isMeta, isApiErrorMessage } = record;
    const message = record['message'] as Record<string, unknown> | null | undefined;
    if (typeof uuid !== 'string' || (type !== 'user' && type !== 'assistant') || isMeta === true || isApiErrorMessage === true) return;
    const names = blockNames(type, message?.['content']);
    this.ofRecord.set(uuid, names);
    for (const name of names) this.known.add(name);
  }
}

const RECORD_STARTS = /\{"(?:parentUuid|type|uuid|sessionId|messageId)"/g;

/** The objects on a line: the line itself, or what can be cut out of a damaged one. */
export function objectsOf(line: string): Record<string, unknown>[] {
  const whole = parsed(line);
  if (whole !== null) return [whole];
  const starts = [...line.matchAll(RECORD_STARTS)].map((match) => match.index);
  return starts.flatMap((start) => {
    // A piece ends where the next begins, or with the line.
    for (const end of [line.length, ...starts.filter((other) => other > start).reverse()]) {
      const piece = parsed(line.slice(start, end));
      if (piece !== null) return [piece];
    }
    return [];
  });
}

function parsed(text: string): Record<string, unknown> | null {
  if (!text.trimStart().startsWith('{') && !text.startsWith('\ufeff')) return null;
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** How many of `wanted` are in `sent`, in the same order. */
export function inOrder(wanted: readonly BlockName[], sent: readonly BlockName[]): number {
  let row = new Uint32Array(sent.length + 1);
  for (const name of wanted) {
    const next = new Uint32Array(sent.length + 1);
    for (let i = 0; i < sent.length; i++) next[i + 1] = sent[i] === name ? row[i]! + 1 : Math.max(row[i + 1]!, next[i]!);
    row = next;
  }
  return row[sent.length]!;
}

/** Also where an answer stands before it. */
function isPlaceholder(content: SentMessage['content']): boolean {
  return Array.isArray(content) && content.length === 1 && content[0]?.['text'] === PLACEHOLDER;
}

/** Messages of a request that stand behind one of the same role. */
export function repeatedRoles(messages: readonly SentMessage[]): number {
  return messages.filter(({ role, content }, at) => {
    const before = messages[at - 1];
    // The client's placeholder stands between two turns of one role, sometimes behind an answer too: that one is its own doing.
    return before?.role === role && !isPlaceholder(content) && !isPlaceholder(before.content);
  }).length;
}
