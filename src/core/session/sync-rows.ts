import { ORPHAN } from '../graph/conversation-graph.ts';
import type { TranscriptFingerprint } from '../transcript/fingerprint.ts';
import type { MessageRow, SessionRow } from '../log/store.ts';
import { readRecords } from '../transcript/read-records.ts';
import { isMessage } from '../transcript/record-kinds.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { SessionSummary } from './analysis-types.ts';
import { isoTime } from './rows.ts';
import type { Sha256Stream } from './ports.ts';
import type { SessionState } from './state.ts';

/** The session as the sync writes it. */
export function sessionRow(summary: SessionSummary, transcript: TranscriptFingerprint, state: SessionState): SessionRow {
  const { now, repaired, total } = summary.resume;
  return {
    session_id: summary.sessionId,
    path: summary.path,
    transcript,
    message_count: summary.messages,
    record_count: summary.records,
    orphan_count: state.graph.parent.filter((parent) => parent === ORPHAN).length,
    corruption_score: total === 0 ? 0 : Math.max(0, repaired - now) / total,
    resume_now: now,
    resume_repaired: repaired,
    agent_version: summary.agentVersion,
  };
}

/** Messages as the sync writes them: rows [start, start + count) of all graph rows, other kinds included. */
export async function messageRows(
  source: ByteSource,
  state: SessionState,
  start: number,
  count: number,
  sha256: () => Sha256Stream,
): Promise<MessageRow[]> {
  const isOfFile = (record: number): boolean => record < state.index.fileCount && state.graph.isCurrent(record);
  const records = Array.from(state.rows.subarray(start, start + count)).filter(isOfFile);
  const contents = await readRecords(source, state.index, records, Number.POSITIVE_INFINITY);
  return records.map((record, i) => messageRow(state, record, contents[i]!, sha256()));
}

function messageRow(state: SessionState, record: number, bytes: Uint8Array, hash: Sha256Stream): MessageRow {
  const { index, graph } = state;
  const { columns } = index;
  const type = index.words.text(columns.type[record]!);
  hash.update(bytes);
  return {
    message_uuid: index.uuidText(record),
    parent_uuid: columns.parent[record]! < 0 ? null : index.names.text(columns.parent[record]!),
    message_type: type,
    role: isMessage(columns.kind[record]!) ? type : null,
    content: new TextDecoder().decode(bytes),
    content_sha256: hash.digest(),
    timestamp: isoTime(columns.time[record]!),
    line: columns.line[record]!,
    is_orphaned: graph.parent[record] === ORPHAN,
  };
}
