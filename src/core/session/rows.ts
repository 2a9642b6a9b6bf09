import type { Severity } from '../findings/finding.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import { readRecords } from '../transcript/read-records.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { RecordRow, RowKind } from './analysis-types.ts';
import { describeRecord, parseRecord, type RecordText } from './record-text.ts';
import { isRepaired, type SessionState } from './state.ts';

/** Longer records are not parsed for a row: one line of text is not worth reading megabytes. */
const LONGEST_PREVIEWED = 512 * 1024;

/** Rows [start, end) of the session with their text; reads only their records. */
export async function readRows(source: ByteSource, state: SessionState, start: number, end: number): Promise<RecordRow[]> {
  const records = Array.from(state.rows.subarray(start, end));
  const texts = await readTexts(source, state, records);
  return records.map((record, i) => ({ row: start + i, ...recordFacts(state, record), ...texts[i]! }));
}

/** Records as rows, in the order that is asked for; reads only these. */
export async function rowsOfRecords(source: ByteSource, state: SessionState, records: readonly number[]): Promise<RecordRow[]> {
  const ordered = [...records].sort((a, b) => a - b);
  const texts = new Map((await readTexts(source, state, ordered)).map((text, i) => [ordered[i]!, text]));
  return records.map((record) => ({ row: state.rowOfRecord[record]!, ...recordFacts(state, record), ...texts.get(record)! }));
}

/** What is said of records without reading them. */
export function recordFacts(state: SessionState, record: number): Omit<RecordRow, 'row' | keyof RecordText> {
  const { index, onChain } = state;
  const findings = state.findingsOfRecord.get(record) ?? [];
  return {
    uuid: index.uuidText(record),
    line: index.columns.line[record]!,
    kind: rowKind(state, record),
    timestamp: isoTime(index.columns.time[record]!),
    sidechain: index.isFlagged(record, FLAG.sidechain),
    onResumeChain: onChain[record] === 1,
    severity: worst(findings.map((finding) => finding.severity)),
    findings: findings.map((finding) => finding.id),
    repaired: isRepaired(state, record),
  };
}

/** @param records ascending */
export async function readTexts(source: ByteSource, state: SessionState, records: readonly number[]): Promise<RecordText[]> {
  const { recent } = state.origin;
  const known = new Map(records.map((record) => [record, recent.get(record)]));
  const unknown = records.filter((record) => known.get(record) === undefined);
  const contents = await readRecords(source, state.index, unknown, LONGEST_PREVIEWED);
  unknown.forEach((record, i) => {
    const text = textOf(state, record, contents[i]!);
    known.set(record, text);
    recent.set(record, text);
  });
  return records.map((record) => known.get(record)!);
}

/** What a row is, for its icon. */
export function rowKind(state: SessionState, record: number): RowKind {
  const { index, pairs } = state;
  const kind = index.columns.kind[record]!;
  if (index.isFlagged(record, FLAG.compactBoundary)) return 'boundary';
  if (index.isFlagged(record, FLAG.compactSummary)) return 'summary';
  if (kind === KIND.user) return pairs.isPrompt(record) ? 'prompt' : index.isFlagged(record, FLAG.toolResult) ? 'tool_result' : 'user';
  if (kind === KIND.assistant) return 'assistant';
  if (kind === KIND.system) return 'system';
  if (kind === KIND.progress) return 'progress';
  return kind === KIND.attachment ? 'attachment' : 'other';
}

/** ISO 8601; null for NaN. */
export function isoTime(ms: number): string | null {
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function textOf(state: SessionState, record: number, bytes: Uint8Array): RecordText {
  const length = state.index.columns.length[record]!;
  if (length > LONGEST_PREVIEWED) {
    return {
      label: state.index.words.text(state.index.columns.type[record]!),
      text: `(large record, ${(length / 1_048_576).toFixed(1)} MB)`,
      tools: [],
      tokens: null,
    };
  }
  const parsed = parseRecord(new TextDecoder().decode(bytes));
  return parsed === null ? { label: 'record', text: '', tools: [], tokens: null } : describeRecord(parsed);
}

const RANK: Readonly<Record<Severity, number>> = { error: 3, warning: 2, info: 1 };

/** Null of none. */
export function worst(severities: readonly Severity[]): Severity | null {
  return severities.reduce<Severity | null>((a, b) => (a === null || RANK[b] > RANK[a] ? b : a), null);
}
