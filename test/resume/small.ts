/** Small handmade sessions: record 3 is `u3`, `a3`, `c3` or `r3` wherever it is sent, so that a request reads like a line of text. */
import { idOf, lines, record, SESSION, type RecordSpec } from '../support/records.ts';
import type { SentMessage } from './api/request.ts';

export interface Extra {
  /** Message id by number; records with one number are parts of one answer. */
  readonly group?: number;
  /** Seconds after the start of the session. */
  readonly at?: number;
  /** Further keys of the record. */
  readonly keys?: Record<string, unknown>;
}

function spec(n: number, parent: number | null, type: NonNullable<RecordSpec['type']>, content: unknown, extra: Extra): RecordSpec {
  return {
    id: idOf(n),
    parent: parent === null ? null : idOf(parent),
    type,
    ...(content === undefined ? {} : { content }),
    ...(type === 'assistant' ? { messageId: `msg_${extra.group ?? n}` } : {}),
    ...(extra.at === undefined ? {} : { at: extra.at }),
    extra: { version: '2.1.217', ...extra.keys },
  };
}

export const user = (n: number, parent: number | null, extra: Extra = {}): RecordSpec => spec(n, parent, 'user', `u${n}`, extra);
export const answer = (n: number, parent: number | null, extra: Extra = {}): RecordSpec =>
  spec(n, parent, 'assistant', [{ type: 'text', text: `a${n}` }], extra);
export const thinking = (n: number, parent: number | null, extra: Extra = {}): RecordSpec =>
  spec(n, parent, 'assistant', [{ type: 'thinking', thinking: `t${n}`, signature: 'c2lnbmVk' }], extra);
export const call = (n: number, parent: number | null, extra: Extra = {}): RecordSpec =>
  spec(n, parent, 'assistant', [{ type: 'tool_use', id: `toolu_${n}`, name: 'Bash', input: { command: 'ls' } }], extra);
/** @param answers number of the call */
export const result = (n: number, parent: number | null, answers: number, extra: Extra = {}): RecordSpec =>
  spec(n, parent, 'user', [{ type: 'tool_result', tool_use_id: `toolu_${answers}`, content: `r${n}` }], {
    ...extra,
    keys: { toolUseResult: `r${n}`, sourceToolAssistantUUID: idOf(answers), ...extra.keys },
  });
export const progress = (n: number, parent: number | null, extra: Extra = {}): RecordSpec =>
  spec(n, parent, 'progress', undefined, {
    ...extra,
    keys: {
      data: { type: 'hook_progress', hookEvent: 'Stop', hookName: 'Stop', command: 'x' },
      toolUseID: `x${n}`,
      parentToolUseID: `x${n}`,
      ...extra.keys,
    },
  });
export const system = (n: number, parent: number | null, extra: Extra = {}): RecordSpec =>
  spec(n, parent, 'system', undefined, { ...extra, keys: { subtype: 'turn_duration', durationMs: 5, isMeta: false, ...extra.keys } });
/** An attachment of which the client sends nothing. */
export const attachment = (n: number, parent: number | null, extra: Extra = {}): RecordSpec =>
  spec(n, parent, 'attachment', undefined, {
    ...extra,
    keys: { attachment: { type: 'hook_success', hookName: 'Stop', hookEvent: 'Stop', toolUseID: `x${n}`, content: '' }, ...extra.keys },
  });
export const boundary = (
  n: number,
  extra: Extra & { readonly logical?: number; readonly metadata?: Record<string, unknown> } = {},
): RecordSpec =>
  spec(n, null, 'system', undefined, {
    ...extra,
    keys: {
      subtype: 'compact_boundary',
      content: 'Conversation compacted',
      level: 'info',
      logicalParentUuid: extra.logical === undefined ? null : idOf(extra.logical),
      compactMetadata: { trigger: 'auto', preTokens: 1000, ...extra.metadata },
      ...extra.keys,
    },
  });
export const summary = (n: number, parent: number | null, extra: Extra = {}): RecordSpec =>
  user(n, parent, { ...extra, keys: { isCompactSummary: true, isVisibleInTranscriptOnly: true, ...extra.keys } });

/** A record with whatever content. */
export const says = (n: number, parent: number | null, type: 'user' | 'assistant', content: unknown, extra: Extra = {}): RecordSpec =>
  spec(n, parent, type, content, extra);

/** A subagent's record. */
export const side = { keys: { isSidechain: true } };
/** Parts of one answer. */
export const part = { group: 2 };
/** A line without uuid. */
export const meta = (value: Record<string, unknown>): string => `${JSON.stringify({ sessionId: SESSION, ...value })}\n`;
export const pin = (n: number): string => meta({ type: 'last-prompt', lastPrompt: 'x', leafUuid: idOf(n) });
/** Messages that a compaction kept, as boundaries list them. */
export const keeps = (anchor: number, uuids: readonly number[]): Record<string, unknown> => ({
  preservedMessages: { anchorUuid: idOf(anchor), uuids: uuids.map(idOf), allUuids: uuids.map(idOf) },
});
/** The same by first and last. */
export const keepsFrom = (anchor: number, head: number, tail: number): Record<string, unknown> => ({
  preservedSegment: { anchorUuid: idOf(anchor), headUuid: idOf(head), tailUuid: idOf(tail) },
});
/** Records so far apart in time that no gap is stepped over. */
export const apart = (specs: readonly RecordSpec[]): RecordSpec[] => specs.map((each, i) => ({ ...each, at: i * 100 }));

/** What the client does, shown by one small session. */
export interface Rule {
  readonly rule: string;
  readonly session: readonly RecordSpec[] | string;
  /** The request: `u1 | a2 c3 | r4`; `?3` stands in for the result of call 3. Null when the client finds no conversation. */
  readonly sends: string | null;
}

export interface Topic {
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** The session's file. */
export const textOf = ({ session }: Rule): string => (typeof session === 'string' ? session : lines(session));

export { idOf as id, lines, record as json, SESSION };

/** A request as a line of text: messages apart by `|`, the client's own words left out, texts that no record has in quotes. */
export function asLine(messages: readonly SentMessage[], question: string): string {
  return messages
    .map(({ role, content }) => {
      const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
      const words = blocks.flatMap((block) => wordsOf(role, block, question));
      return words.join(' ');
    })
    .filter((words) => words !== '')
    .join(' | ');
}

function wordsOf(role: string, block: Record<string, unknown>, question: string): string[] {
  const number = (value: unknown): string => String(value).replace('toolu_', '');
  if (block['type'] === 'text') {
    const text = String(block['text']).trim();
    if (text === question || text.startsWith('<system-reminder>') || role === 'system') return [];
    return [/^[a-z]\d+$/.test(text) ? text : JSON.stringify(text)];
  }
  if (block['type'] === 'tool_use') return [`c${number(block['id'])}`];
  if (block['type'] === 'tool_result') {
    const text = /^r\d+$/.exec(String(block['content']))?.[0];
    // What the client puts in for a result that is not there.
    return [text ?? `?${number(block['tool_use_id'])}`];
  }
  if (block['type'] === 'thinking') return [String(block['thinking'])];
  return [`[${String(block['type'])}]`];
}
