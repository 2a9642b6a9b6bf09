import { isMessage, KIND } from '../../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../../transcript/transcript-index.ts';
import type { Growth } from '../growth.ts';
import type { Figures, JudgedFigures, TokenTotals } from '../judgement.ts';

/** Looks at every record. @param index the file with what repairs put in; that cost nothing */
export function figuresOf(file: TranscriptIndex, index: TranscriptIndex): Figures {
  const { first, last } = withTimes(index, 0, Number.NaN, Number.NaN);
  return { messages: messagesOf(index), tokens: tokensOf(file), first, last };
}

/** Looks at the records that were added. */
export function growFigures({ before, grown: { index } }: Growth): JudgedFigures {
  const { figures } = before;
  const from = before.file.count;
  const names = before.graph.recordOfName.length;
  const { columns } = index;
  let { messages } = figures;
  const tokens: Writable<TokenTotals> = { ...figures.tokens };
  for (let i = from; i < index.count; i++) {
    if (isMessage(columns.kind[i]!)) messages++;
    if (!saysUsage(index, i)) continue;
    addUsage(tokens, index, i, 1);
    const before = recordBefore(index, i, columns.messageId[i]! < names ? 0 : from);
    if (before >= 0) addUsage(tokens, index, before, -1);
  }
  const { first, last } = withTimes(index, from, figures.first, figures.last);
  return { figures: { messages, tokens, first, last } };
}

/** User and assistant records. */
export function messagesOf(index: TranscriptIndex): number {
  let messages = 0;
  const { kind } = index.columns;
  for (let i = 0; i < kind.length; i++) if (isMessage(kind[i]!)) messages++;
  return messages;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * What the answers of a file cost. The records of one answer repeat its usage, and only the last of them has the final figures: it
 * alone counts.
 */
function tokensOf(index: TranscriptIndex): TokenTotals {
  const { messageId } = index.columns;
  const totals = { input: 0, cacheWrite: 0, cacheRead: 0, output: 0 };
  const counted = new Uint8Array(index.names.size);
  for (let i = index.fileCount - 1; i >= 0; i--) {
    if (!saysUsage(index, i)) continue;
    const message = messageId[i]!;
    if (message >= 0 && counted[message] === 1) continue;
    if (message >= 0) counted[message] = 1;
    addUsage(totals, index, i, 1);
  }
  return totals;
}

function saysUsage({ columns }: TranscriptIndex, record: number): boolean {
  const { kind, input, output, cacheRead, cacheWritten } = columns;
  if (kind[record] !== KIND.assistant) return false;
  return input[record]! >= 0 || output[record]! >= 0 || cacheRead[record]! >= 0 || cacheWritten[record]! >= 0;
}

/** The record of the same answer that counted until this one came; -1. */
function recordBefore(index: TranscriptIndex, record: number, from: number): number {
  const { messageId } = index.columns;
  if (messageId[record]! < 0) return -1;
  for (let i = record - 1; i >= from; i--) if (messageId[i] === messageId[record] && saysUsage(index, i)) return i;
  return -1;
}

function addUsage(totals: Writable<TokenTotals>, { columns }: TranscriptIndex, record: number, times: 1 | -1): void {
  const { input, output, cacheRead, cacheWritten } = columns;
  totals.input += times * Math.max(0, input[record]!);
  totals.cacheWrite += times * Math.max(0, cacheWritten[record]!);
  totals.cacheRead += times * Math.max(0, cacheRead[record]!);
  totals.output += times * Math.max(0, output[record]!);
}

function withTimes({ columns: { time } }: TranscriptIndex, from: number, first: number, last: number): { first: number; last: number } {
  let [least, most] = [first, last];
  for (let i = from; i < time.length; i++) {
    const at = time[i]!;
    if (Number.isNaN(at)) continue;
    if (!(least <= at)) least = at;
    if (!(most >= at)) most = at;
  }
  return { first: least, last: most };
}
