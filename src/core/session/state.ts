import { judge, judgeGrown } from '../judge/judge.ts';
import type { Judgement, Subject } from '../judge/judgement.ts';
import { loadersFor } from '../loaders/loader.ts';
import { grown as longer } from '../transcript/join-columns.ts';
import { KIND } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import { RecentTexts } from './recent-texts.ts';

/** A session as it was judged, and its rows. Made anew when the file or the repairs in force change. */
export interface SessionState extends Judgement {
  /** Records shown as rows, and the row of each record (-1). */
  readonly rows: Uint32Array;
  readonly rowOfRecord: Int32Array;
  /** The same object in all states that were grown from one: of the records that it had each has what it had, but for loading and findings. */
  readonly origin: { readonly recent: RecentTexts };
}

/** @param subject `loaders`: of them the primary one that fits the file is taken */
export function stateOf(subject: Subject): SessionState {
  const judgement = judge({ ...subject, loaders: loadersFor(subject.file, subject.loaders) });
  const { index } = judgement;
  const rows = index.graphRecords();
  const rowOfRecord = new Int32Array(index.count).fill(-1);
  for (let row = 0; row < rows.length; row++) rowOfRecord[rows[row]!] = row;
  return { ...judgement, rows, rowOfRecord, origin: { recent: new RecentTexts() } };
}

/**
 * The state of a session whose file has grown by records that continue it in the ordinary way; null when one of them is not ordinary.
 * It equals the state that would be made anew, and shares with the old one what did not change.
 * @param file all that the old state's file is, and the records that were appended
 */
export function grownState(state: SessionState, file: TranscriptIndex): SessionState | null {
  const judgement = judgeGrown(state, file);
  return judgement === null ? null : { ...judgement, ...withRows(state, file), origin: state.origin };
}

function withRows(state: SessionState, file: TranscriptIndex): Pick<SessionState, 'rows' | 'rowOfRecord'> {
  const rows: number[] = [];
  const rowOfRecord = new Int32Array(file.count - state.file.count).fill(-1);
  for (let i = state.file.count; i < file.count; i++) {
    if (file.columns.kind[i] === KIND.meta) continue;
    rowOfRecord[i - state.file.count] = state.rows.length + rows.length;
    rows.push(i);
  }
  return { rows: longer(state.rows, rows), rowOfRecord: longer(state.rowOfRecord, rowOfRecord) };
}

/** Whether an event of the log changed this record's parent, or put the record in. */
export function isRepaired({ graph, index }: SessionState, record: number): boolean {
  return graph.overridden[record] === 1 || record >= index.fileCount;
}
