import type { Confidence, Finding, ResumeEffect, Suggestion } from '../findings/finding.ts';
import type { RepairAction, Repairs } from '../repair/repairs.ts';
import type { GraphRow, RecordDetail, RepairPlan, SessionSummary } from './analysis-types.ts';
import type { CopyExpectation } from '../patch/verify-copy.ts';
import type { TranscriptFingerprint } from '../log/event.ts';
import type { MessageRow, SessionRow } from '../log/store.ts';
import type { StateChanges } from './state-changes.ts';
import type { Severities } from './severities.ts';

/** Severity per stretch of rows and where things are, for the minimap. Arrays have `buckets` entries. */
export interface Overview {
  readonly buckets: number;
  readonly rows: number;
  /** 0 none, 1 info, 2 warning, 3 error. */
  readonly severity: Uint8Array;
  /** Bit 1 compaction, bit 2 repaired, bit 4 on the resume chain, bit 8 sidechain. */
  readonly marks: Uint8Array;
}

/** What the user's file looks like after patching, as byte edits over the source. */
export interface CopyPatch {
  readonly sessionId: string;
  /** Ordered, not overlapping. `bytes` replaces source bytes [start, end). */
  readonly edits: readonly { readonly start: number; readonly end: number; readonly bytes: Uint8Array }[];
  /** Size in bytes of the source the edits were made for; writing against another size is refused. */
  readonly sourceSize: number;
}

/** uuids of messages, in order: of the file as it stands, and after all high-confidence repairs. */
export interface ChainPair {
  readonly now: readonly string[];
  readonly repaired: readonly string[];
}

/** What a resume loads by each of the two models. */
export interface LoadedChains {
  /** In the order in which today's client sends it. */
  readonly client: ChainPair;
  readonly documented: ChainPair;
}

/** What a row search may match. */
export interface RowFilter {
  readonly kind: 'finding' | 'prompt' | 'repaired' | 'boundary';
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
  /** Rows [start, start + count), clipped to the session. */
  rows(start: number, count: number): Promise<readonly GraphRow[]>;
  overview(buckets: number): Promise<Overview>;
  record(uuid: string): Promise<RecordDetail | null>;
  /** Row of a record; null when unknown. */
  rowOf(uuid: string): Promise<number | null>;
  rowOfLine(line: number): Promise<number | null>;
  /** Next row after (or before, with direction -1) `from` that matches; null when there is none. */
  nextRow(from: number, direction: 1 | -1, filter: RowFilter): Promise<number | null>;
  /** Column of the value of `parentUuid` in its line, UTF-16 units, for diagnostics; null when it is not there. */
  parentColumns(line: number): Promise<{ readonly start: number; readonly end: number } | null>;
  /** All repairs of at least this confidence, one per finding, with the effect of all together. */
  plan(minimum: Confidence): Promise<RepairPlan>;
  /** What a resume would load if these were applied on top of those in force. */
  simulate(actions: readonly RepairAction[]): Promise<ResumeEffect>;
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
  /** What is another here than it would be with these repairs. */
  changesFrom(repairs: Repairs): Promise<StateChanges>;
  fingerprint(): Promise<TranscriptFingerprint>;
  sessionRow(): Promise<SessionRow>;
  messageRows(start: number, count: number): Promise<readonly MessageRow[]>;
  /** Reads what was appended since; resolves to whether anything changed. */
  refresh(): Promise<boolean>;
  dispose(): Promise<void>;
}
