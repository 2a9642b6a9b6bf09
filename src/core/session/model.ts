import type { Drawing } from '../picture/draw.ts';
import type { PictureDetail, PictureFormat } from '../picture/picture.ts';
import type { Confidence, Finding, Suggestion } from '../findings/finding.ts';
import type { LoaderId } from '../loaders/loader.ts';
import type { ResumeEffect } from '../loaders/resume-figures.ts';
import type { RepairAction, Repairs } from '../repair/repairs.ts';
import type { ArrangementChoice } from '../arrangement/arrangement.ts';
import type { FoldKind } from '../arrangement/folds.ts';
import type { GraphRow, RecordDetail, RecordRow, RepairPlan, SessionSummary } from './analysis-types.ts';
import type { CopyPatch } from '../patch/byte-edits.ts';
import type { CopyExpectation } from '../patch/verify-copy.ts';
import type { TranscriptFingerprint } from '../transcript/fingerprint.ts';
import type { MessageRow, SessionRow } from '../log/store.ts';
import type { Proposal } from '../findings/finding.ts';
import type { StateChanges } from './state-changes.ts';
import type { Severities } from './severities.ts';

/** Severity per stretch of rows and where things are, for the minimap. Arrays have `buckets` entries. */
export interface Overview {
  readonly buckets: number;
  readonly rows: number;
  /** How many findings of each severity a bucket has: hints, warnings and errors, three numbers a bucket. */
  readonly findings: Uint32Array;
  /** Row of the first of a bucket's worst findings; -1 for none. */
  readonly worst: Int32Array;
  /** Bit 1 compaction, bit 2 repaired, bit 4 on the resume chain, bit 8 sidechain, bit 16 found. */
  readonly marks: Uint8Array;
}

/** uuids of messages, in order: of the file as it stands, and after all high-confidence repairs. */
export interface ChainPair {
  readonly now: readonly string[];
  readonly repaired: readonly string[];
}

/** What each loader loads, in its order, by its id. */
export type LoadedChains = ReadonlyMap<LoaderId, ChainPair>;

/** What a look for the next row may want; `leaf` and `root` are the ends of what a resume loads, wherever one starts. */
export type RowSearch = 'finding' | 'prompt' | 'repaired' | 'boundary' | 'leaf' | 'root';

/** How many rows a graph shows, of how many. */
export interface ViewSize {
  readonly rows: number;
  readonly of: number;
}

/** How far a search has come. */
export interface FindProgress {
  /** Rows that were found so far. */
  readonly found: number;
  /** Where to go on; null when all was searched. */
  readonly next: number | null;
  /** Rows of the session. */
  readonly of: number;
  /** What is wrong with the words that were typed, for the user. */
  readonly problem: string | null;
}

/** One of the rows that were found. */
export interface FoundRecord {
  readonly uuid: string;
  /** 0-based, among those found. */
  readonly place: number;
  readonly of: number;
}

/** What comes of hanging a record under another one. */
export type TriedMove =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'possible'; readonly finding: Finding; readonly proposal: Proposal; readonly effect: ResumeEffect };

/** A fold, by the uuid of its first record. */
export interface FoldKey {
  readonly kind: FoldKind;
  readonly uuid: string;
}

/** A finding of which the place is asked. */
export interface AskedPlace {
  /** 1-based. */
  readonly line: number;
  /** Of the record whose row is asked; null: that of the line. */
  readonly uuid: string | null;
  /** Whether the columns are asked: that means reading the record. */
  readonly withColumns: boolean;
}

/** Where a finding is shown. */
export interface FindingPlace {
  /** Among all rows; null when it has none. */
  readonly row: number | null;
  /** Of the value of `parentUuid` in its line, UTF-16 units; null when it is not there, or not asked. */
  readonly columns: { readonly start: number; readonly end: number } | null;
}

/** Where a record is in a graph. */
export interface Located {
  /** Its row, or that of the fold that it is in; null where a filter hides it. */
  readonly row: number | null;
  /** Folds that must be opened for it to be seen. */
  readonly open: readonly FoldKey[];
}

/**
 * One session, indexed and analysed, with the repairs in force laid over it. Runs in a worker in the editor and in-process
 * in the command line; hence everything is a promise of plain data.
 */
export interface SessionModel {
  summary(): Promise<SessionSummary>;
  /** Most severe first, then by line. */
  findings(): Promise<readonly Finding[]>;
  /** Simulated and ranked, best first; empty when the finding is gone or cannot be repaired. */
  suggestions(findingId: string): Promise<readonly Suggestion[]>;
  /** Rows [start, start + count) of all records, clipped to the session. */
  rows(start: number, count: number): Promise<readonly RecordRow[]>;
  /** Messages [start, start + count) that a resume of a copy with the repairs in force loads, in its order, clipped. */
  loadedRows(start: number, count: number): Promise<readonly RecordRow[]>;
  /** Decides what a graph shows; `view` is any name that its page keeps. */
  arrange(view: string, choice: ArrangementChoice): Promise<ViewSize>;
  /** Forgets a view. */
  closeView(view: string): Promise<void>;
  /** Rows [start, start + count) of what a graph shows, clipped. */
  graphRows(view: string, start: number, count: number): Promise<readonly GraphRow[]>;
  /** Of what a graph shows. */
  overview(view: string, buckets: number): Promise<Overview>;
  /** Where a record is in a graph; null when it is not in the session. */
  locate(view: string, uuid: string): Promise<Located | null>;
  /** The graph in a format that other programs show. */
  drawing(detail: PictureDetail, format: PictureFormat): Promise<Drawing>;
  record(uuid: string): Promise<RecordDetail | null>;
  /** A picture in a record, by its number there, as a `data:` address; null when there is none that can be shown. */
  picture(uuid: string, at: number): Promise<string | null>;
  /**
   * Looks for records in steps, so that a search can be given up: call again with `next` until it is null. What is found is marked in the
   * rows and the overview of the graph; empty words unmark.
   * @param typed words, phrases and keys, as `parseFind` reads them
   * @param from 0, or `next` of the step before
   */
  find(view: string, typed: string, from: number): Promise<FindProgress>;
  /** The next of the records that were found, round the end; null when there is none. */
  nextFound(view: string, from: string | null, direction: 1 | -1): Promise<FoundRecord | null>;
  /** Row of a record among all; null when unknown. */
  rowOf(uuid: string): Promise<number | null>;
  rowOfLine(line: number): Promise<number | null>;
  /**
   * uuid of the next record behind (or before, with direction -1) `from` that is searched for and that the graph's filter lets through;
   * null when there is none. Without `from` the search starts at the beginning, or at the end.
   */
  nextRecord(view: string, from: string | null, direction: 1 | -1, search: RowSearch): Promise<string | null>;
  /** Where findings are shown, for all of them at once; one answer for each. */
  findingPlaces(asked: readonly AskedPlace[]): Promise<readonly FindingPlace[]>;
  /** All repairs of at least this confidence, one per finding, with the effect of all together. */
  plan(minimum: Confidence): Promise<RepairPlan>;
  /** What a resume would load if these were applied on top of those in force. */
  simulate(actions: readonly RepairAction[]): Promise<ResumeEffect>;
  /** What comes of hanging a record under another one; with why it must not be, where it must not. */
  tryMove(uuid: string, parent: string): Promise<TriedMove>;
  /** What a resume loads. */
  chain(): Promise<LoadedChains>;
  /** Lays the repairs in force over the file and recomputes graph and findings. */
  applyRepairs(repairs: Repairs): Promise<void>;
  /** Says how much findings of which code matter to the user; they change at once, here and in all that follows from them. */
  setSeverities(severities: Severities): Promise<void>;
  /** Byte edits that write the repaired copy under a new session id. */
  copyPatch(newSessionId: string, extra?: readonly RepairAction[]): Promise<CopyPatch>;
  /** What the copy of the same arguments must be, for the check of what was written. */
  copyExpectation(newSessionId: string, extra?: readonly RepairAction[]): Promise<CopyExpectation>;
  /**
   * The same session with other repairs laid over the file: how it looks at another position of its log. To look at only; it does not
   * follow the file, and ends with `dispose` or with this one.
   */
  at(repairs: Repairs): Promise<SessionModel>;
  /** What is another here than it would be with these repairs. Rows of graphs tell it from then on, until the session changes. */
  changesFrom(repairs: Repairs): Promise<StateChanges>;
  fingerprint(): Promise<TranscriptFingerprint>;
  sessionRow(): Promise<SessionRow>;
  messageRows(start: number, count: number): Promise<readonly MessageRow[]>;
  /**
   * Looks in the other sessions of the project for lost records, which are looked for only near by when a session is opened for a
   * person to look at. Until then `summary` says that it is still to come.
   * @returns whether anything was looked for: suggestions may be better now
   */
  searchElsewhere(): Promise<boolean>;
  /** Reads what was appended since; resolves to whether anything changed. */
  refresh(): Promise<boolean>;
  dispose(): Promise<void>;
}
