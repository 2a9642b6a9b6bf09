import { primaryLoader } from '../../loaders/loader.ts';
import type { RecordDetail, RecordRow } from '../analysis-types.ts';
import type { CurrentSession } from '../current-session.ts';
import { findingPlaces } from '../finding-places.ts';
import { rowOfLine } from '../navigate.ts';
import { recordDetail, recordPicture } from '../record-detail.ts';
import { readRows, rowsOfRecords } from '../rows.ts';
import type { SessionState } from '../state.ts';
import type { AskedPlace, FindingPlace, SessionRecords } from './session-records.ts';

/** Reads records of the current state; only those that are asked for. */
export class AnalysedRecords implements SessionRecords {
  private readonly session: CurrentSession;
  private readonly messageOf: (state: SessionState, record: number) => readonly number[];
  /** Kept, since it is asked for part by part and costs as much as a graph. */
  private loaded: { readonly state: SessionState; readonly records: readonly number[] } | null = null;

  /** @param messageOf records of the same message as one, itself included, in file order */
  constructor(session: CurrentSession, messageOf: (state: SessionState, record: number) => readonly number[]) {
    this.session = session;
    this.messageOf = messageOf;
  }

  async rows(start: number, count: number): Promise<readonly RecordRow[]> {
    const { ports, state } = this.session;
    const from = Math.min(Math.max(0, start), state.rows.length);
    return readRows(ports.source, state, from, Math.min(state.rows.length, from + count));
  }

  async loadedRows(start: number, count: number): Promise<readonly RecordRow[]> {
    const { ports, state } = this.session;
    if (this.loaded?.state !== state) this.loaded = { state, records: primaryLoader(state.loaders).chain(state.graph).visible };
    const from = Math.max(0, start);
    return rowsOfRecords(ports.source, state, this.loaded.records.slice(from, from + count));
  }

  async detail(uuid: string): Promise<RecordDetail | null> {
    const { ports, state } = this.session;
    const record = state.graph.recordNamed(uuid);
    return record < 0 ? null : recordDetail(ports, state, record, this.messageOf(state, record));
  }

  async picture(uuid: string, at: number): Promise<string | null> {
    const { ports, state } = this.session;
    const record = state.graph.recordNamed(uuid);
    return record < 0 ? null : recordPicture(ports.source, state, record, at);
  }

  async rowOf(uuid: string): Promise<number | null> {
    const { graph, rowOfRecord } = this.session.state;
    const record = graph.recordNamed(uuid);
    return Promise.resolve(record < 0 ? null : rowOfRecord[record]!);
  }

  async rowOfLine(line: number): Promise<number | null> {
    const row = rowOfLine(this.session.state, line);
    return Promise.resolve(row < 0 ? null : row);
  }

  async findingPlaces(asked: readonly AskedPlace[]): Promise<readonly FindingPlace[]> {
    const { ports, state } = this.session;
    return findingPlaces(ports.source, state, asked);
  }
}
