import type { Severity } from '../findings/finding.ts';
import { ORPHAN } from '../graph/conversation-graph.ts';
import type { RowLanes } from '../graph/lanes.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import { readRecords } from '../transcript/read-records.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { GraphRow, RowKind } from './analysis-types.ts';
import { describeRecord, parseRecord, type RecordText } from './record-text.ts';
import type { SessionState } from './state.ts';

/** Longer records are not parsed for a row: one line of text is not worth reading megabytes. */
const LONGEST_PREVIEWED = 512 * 1024;

/** Rows [start, end) with their text; reads only their records. */
export async function readRows(source: ByteSource, state: SessionState, start: number, end: number): Promise<GraphRow[]> {
  const records = Array.from(state.rows.subarray(start, end));
  const contents = await readRecords(source, state.index, records, LONGEST_PREVIEWED);
  const lanes = state.lanes.window(start, end);
  return records.map((record, i) => graphRow(state, start + i, record, lanes[i]!, textOf(state, record, contents[i]!)));
}

function graphRow(state: SessionState, row: number, record: number, lanes: RowLanes, text: RecordText): GraphRow {
  const { index, graph } = state;
  const findings = state.findingsOfRecord.get(record) ?? [];
  const parent = graph.parent[record]!;
  return {
    row,
    uuid: index.uuidText(record),
    line: index.columns.line[record]!,
    kind: rowKind(state, record),
    ...text,
    timestamp: isoTime(index.columns.time[record]!),
    ...lanes,
    parentRow: parent >= 0 ? state.rowOfRecord[parent]! : parent === ORPHAN ? -2 : -1,
    onResumeChain: state.onChain[record] === 1,
    sidechain: index.isFlagged(record, FLAG.sidechain),
    severity: worst(findings.map((finding) => finding.severity)),
    findings: findings.map((finding) => finding.id),
    repaired: graph.overridden[record] === 1 || record >= state.index.fileCount,
    suggestedRow: suggestedRow(state, record),
  };
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

function suggestedRow(state: SessionState, record: number): number | null {
  if (!state.findingsOfRecord.has(record)) return null;
  const restored = state.restorations.get(record);
  if (restored?.action.kind === 'restore') {
    const anchor = state.graph.recordNamed(restored.action.inserted[0]?.after ?? '');
    return anchor < 0 ? null : state.rowOfRecord[anchor]!;
  }
  const link = state.links.find((candidate) => candidate.record === record);
  return link === undefined ? null : (state.rowOfRecord[link.candidate.parent] ?? null);
}

function textOf(state: SessionState, record: number, bytes: Uint8Array): RecordText {
  const length = state.index.columns.length[record]!;
  if (length > LONGEST_PREVIEWED) {
    return {
      label: state.index.words.text(state.index.columns.type[record]!),
      text: `(large record, ${(length / 1_048_576).toFixed(1)} MB)`,
      tools: [],
    };
  }
  const parsed = parseRecord(new TextDecoder().decode(bytes));
  return parsed === null ? { label: 'record', text: '', tools: [] } : describeRecord(parsed);
}

const RANK: Readonly<Record<Severity, number>> = { error: 3, warning: 2, info: 1 };

function worst(severities: readonly Severity[]): Severity | null {
  return severities.reduce<Severity | null>((a, b) => (a === null || RANK[b] > RANK[a] ? b : a), null);
}
