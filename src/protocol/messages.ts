import type { Confidence, Finding, Suggestion } from '../core/findings/finding.ts';
import type { ResumeEffect } from '../core/loaders/resume-figures.ts';
import type { EventType } from '../core/log/event.ts';
import type { ArrangementChoice } from '../core/arrangement/arrangement.ts';
import type { GraphRow, RecordDetail, SessionSummary } from '../core/session/analysis-types.ts';
import type { FindProgress, FoundRecord, Located, RowSearch, ViewSize } from '../core/session/graph/session-graph.ts';
import type { RecordRef } from './record-ref.ts';
import type { ChangedRecord, TicksAnswer, TravelState } from './travel.ts';

/** Both ends must use the same version; a page of another version is told to reopen. */
export const PROTOCOL_VERSION = 3;

/** More rows than any screen with its margins shows. */
export const MAX_ROWS_PER_REQUEST = 500;
export const MAX_BUCKETS = 4000;
export const MAX_MARKED = 1000;
/** Most folds that were opened or closed individually. */
export const MAX_EXCEPTIONS = 20_000;
/** Most findings that the state lists; its counts are complete. */
export const MAX_FINDINGS_IN_STATE = 500;

/** An error of the host, with what the user can do about it. */
export interface ProtocolError {
  readonly code: ProtocolErrorCode;
  readonly message: string;
  /** Empty when the user can do nothing. */
  readonly remedy: string;
}

export type ProtocolErrorCode =
  | 'invalid_request'
  | 'wrong_version'
  /** What the user saw has changed; nothing was done. */
  | 'stale'
  | 'not_found'
  /** The session is not open (yet). */
  | 'unavailable'
  /** The page looks at another position of the log, where nothing can be changed. */
  | 'in_past'
  | 'conflict'
  | 'cancelled'
  | 'timeout'
  | 'failed';

/** State of the repair log, for display; `place` is null for the store of this machine. */
export type StoreStatus = { readonly place: string | null } & (
  | { readonly kind: 'off' | 'starting' | 'ready' }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: string }
);

/** The newest repair in force, which "revert last" reverts. */
export interface LastRepair {
  readonly eventId: string;
  readonly uuid: string | null;
}

/** Texts of the page in the user's language, by the English text; empty for English. */
export type Translations = Readonly<Record<string, string>>;

/** Everything that the page shows except rows. Always complete, never a delta. */
export type GraphState =
  | {
      readonly kind: 'loading';
      readonly revision: number;
      readonly name: string;
      readonly translations: Translations;
    }
  | {
      /** Why there is nothing to draw: unreadable, empty, or no session. */
      readonly kind: 'explained';
      readonly revision: number;
      readonly name: string;
      readonly translations: Translations;
      readonly title: string;
      readonly message: string;
      readonly remedy: string;
      readonly notices: readonly string[];
    }
  | ReadyState;

export interface ReadyState {
  readonly kind: 'ready';
  /** Incremented whenever file, log or store changes. */
  readonly revision: number;
  readonly name: string;
  readonly translations: Translations;
  readonly summary: SessionSummary;
  /** Most severe first, at most MAX_FINDINGS_IN_STATE. */
  readonly findings: readonly Finding[];
  readonly store: StoreStatus;
  readonly lastRepair: LastRepair | null;
  /** Null when the page cannot show other positions of the log. */
  readonly travel: TravelState | null;
}

/** A suggestion as the user sees it; `fingerprint` is sent back with the decision. */
export interface OfferedSuggestion {
  readonly suggestion: Suggestion;
  /** What it does, in the imperative. */
  readonly title: string;
  readonly parent: RecordRef | null;
  readonly fingerprint: string;
}

/** One event about a record. */
export interface HistoryEntry {
  readonly eventId: string;
  readonly seq: number;
  readonly type: EventType;
  /** What it did, for events that did more than set a parent. */
  readonly title: string;
  readonly operator: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly from: RecordRef | null;
  readonly to: RecordRef | null;
  readonly reason: string;
  /** 0 to 1. */
  readonly score: number | null;
  readonly confidence: string | null;
  /** In force: not taken back. */
  readonly active: boolean;
  readonly revertible: boolean;
  /** seq of the event that this one reverts. */
  readonly revertsSeq: number | null;
}

/** Repairs of several findings together, as the user sees them before confirming. */
export interface MarkedPlan {
  /** What each of them does, in the imperative, with its line. */
  readonly repairs: readonly { readonly title: string; readonly line: number; readonly confidence: Confidence }[];
  /** Number of marked records without anything to repair. */
  readonly without: number;
  readonly effect: ResumeEffect;
  readonly fingerprint: string;
}

/** A move by hand, as the user sees it before confirming. */
export type MovePlan =
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'possible';
      readonly record: RecordRef;
      readonly parent: RecordRef;
      readonly effect: ResumeEffect;
      readonly fingerprint: string;
    };

export interface RowsAnswer {
  /** The rows belong to this revision or a later one. */
  readonly revision: number;
  readonly start: number;
  readonly rows: readonly GraphRow[];
}

export interface OverviewAnswer {
  readonly revision: number;
  readonly rows: number;
  /** These three are as in the core's Overview. */
  readonly findings: readonly number[];
  readonly worst: readonly number[];
  readonly marks: readonly number[];
}

/** The outcome of an action. Failures are errors instead. */
export type ActionAnswer =
  | { readonly kind: 'done'; readonly message: string }
  /** The user cancelled. */
  | { readonly kind: 'cancelled' };

/** Every request with its parameters and its answer. */
export interface RequestMap {
  readonly state: { readonly params: object; readonly answer: GraphState };
  /** Sets what the page shows from now on; rows and overview follow it. */
  readonly arrange: { readonly params: { readonly choice: ArrangementChoice }; readonly answer: ViewSize };
  readonly rows: { readonly params: { readonly start: number; readonly count: number }; readonly answer: RowsAnswer };
  readonly overview: { readonly params: { readonly buckets: number }; readonly answer: OverviewAnswer };
  readonly record: { readonly params: { readonly uuid: string }; readonly answer: RecordDetail | null };
  /** A picture in a record, as a `data:` address; null when there is none that can be shown. */
  readonly picture: { readonly params: { readonly uuid: string; readonly at: number }; readonly answer: string | null };
  /** The position of a record among the rows that the page shows; null when it is not in the session. */
  readonly locate: { readonly params: { readonly uuid: string }; readonly answer: Located | null };
  readonly suggestions: {
    readonly params: { readonly findingId: string };
    readonly answer: readonly OfferedSuggestion[];
  };
  /** Newest first. */
  readonly history: { readonly params: { readonly uuid: string }; readonly answer: readonly HistoryEntry[] };
  /** One step of a search; `from` is 0 or the end of the step before. */
  readonly find: { readonly params: { readonly typed: string; readonly from: number }; readonly answer: FindProgress };
  readonly nextFound: {
    readonly params: { readonly from: string | null; readonly direction: 1 | -1 };
    readonly answer: FoundRecord | null;
  };
  /** uuid of the next record that is searched for; `from` is the uuid where to start. */
  readonly nextRecord: {
    readonly params: { readonly from: string | null; readonly direction: 1 | -1; readonly search: RowSearch };
    readonly answer: string | null;
  };
  /** Ignores the finding from now on. */
  readonly ignore: { readonly params: { readonly findingId: string }; readonly answer: ActionAnswer };
  /** Writes a session for each of two branches, after one question. */
  readonly splitBranches: { readonly params: { readonly findingId: string }; readonly answer: ActionAnswer };
  /** Shows what a resume loads now and with a suggestion; null: what the two sessions of a split load. */
  readonly preview: {
    readonly params: { readonly findingId: string; readonly fingerprint: string | null };
    readonly answer: ActionAnswer;
  };
  readonly repair: {
    readonly params: { readonly findingId: string; readonly index: number; readonly fingerprint: string };
    readonly answer: ActionAnswer;
  };
  /** Makes all repairs of high confidence, after one question. */
  readonly repairAll: { readonly params: object; readonly answer: ActionAnswer };
  /** The joint effect of the best repairs of these records' findings. */
  readonly planMarked: { readonly params: { readonly uuids: readonly string[] }; readonly answer: MarkedPlan };
  /** Makes the repairs that `planMarked` described; the user has confirmed. */
  readonly repairMarked: {
    readonly params: { readonly uuids: readonly string[]; readonly fingerprint: string };
    readonly answer: ActionAnswer;
  };
  /** The effect of making a record a child of another one. */
  readonly planMove: { readonly params: { readonly uuid: string; readonly parent: string }; readonly answer: MovePlan };
  /** Makes the move that `planMove` described; the user has confirmed. */
  readonly move: {
    readonly params: { readonly uuid: string; readonly parent: string; readonly fingerprint: string };
    readonly answer: ActionAnswer;
  };
  readonly revert: { readonly params: { readonly eventId: string }; readonly answer: ActionAnswer };
  readonly writeCopy: { readonly params: object; readonly answer: ActionAnswer };
  readonly sync: { readonly params: object; readonly answer: ActionAnswer };
  /** Opens the file as text; `line` is 1-based, null leaves the position alone. */
  readonly openText: { readonly params: { readonly line: number | null }; readonly answer: ActionAnswer };
  /** Opens an address outside of the editor, after a question that shows it in full. */
  readonly openLink: { readonly params: { readonly address: string }; readonly answer: ActionAnswer };
  /** Shows the graph of a subagent's file; null in such a file: the graph of its session. */
  readonly openAgent: { readonly params: { readonly agent: string | null }; readonly answer: ActionAnswer };
  /** Closes the editor of this page. */
  readonly close: { readonly params: object; readonly answer: ActionAnswer };
  /** Draws the session at another position of its log, or compares with one; null for both: as it is now. */
  readonly travel: {
    readonly params: { readonly at: number | null; readonly against: number | null };
    readonly answer: ActionAnswer;
  };
  /** Events of the log: those around one, or a selection of the whole log. */
  readonly ticks: { readonly params: { readonly around: number | null }; readonly answer: TicksAnswer };
  /** The differences from the position that is compared with. */
  readonly changes: { readonly params: object; readonly answer: readonly ChangedRecord[] };
  /** Tries to open the session again after it could not be read. */
  readonly reopen: { readonly params: object; readonly answer: ActionAnswer };
}

export type RequestType = keyof RequestMap;
export type RequestOf<T extends RequestType> = RequestMap[T]['params'] & { readonly type: T };
export type AnswerOf<T extends RequestType> = RequestMap[T]['answer'];
export type GraphRequest = { [T in RequestType]: RequestOf<T> }[RequestType];

/** Webview to host. */
export type WebviewMessage =
  /** The page is ready and needs the complete state and any record to reveal. */
  | { readonly type: 'ready'; readonly protocolVersion: number }
  | { readonly type: 'request'; readonly protocolVersion: number; readonly id: number; readonly request: GraphRequest }
  /** The request was cancelled. */
  | { readonly type: 'cancel'; readonly protocolVersion: number; readonly id: number };

export type RequestResult = { readonly ok: unknown } | { readonly err: ProtocolError };

/** Host to webview. */
export type HostMessage =
  | { readonly type: 'response'; readonly protocolVersion: number; readonly id: number; readonly result: RequestResult }
  | { readonly type: 'changed'; readonly protocolVersion: number; readonly state: GraphState }
  | { readonly type: 'reveal'; readonly protocolVersion: number; readonly uuid: string };

/** Milliseconds after which a request times out. Actions may wait for the user or for a long write. */
export const REQUEST_TIMEOUT_MS: Readonly<Record<RequestType, number>> = {
  state: 60_000,
  arrange: 30_000,
  rows: 15_000,
  overview: 15_000,
  record: 15_000,
  picture: 30_000,
  locate: 15_000,
  suggestions: 30_000,
  history: 15_000,
  find: 30_000,
  nextFound: 15_000,
  nextRecord: 15_000,
  ignore: 600_000,
  splitBranches: 600_000,
  preview: 30_000,
  repair: 600_000,
  repairAll: 600_000,
  planMarked: 30_000,
  repairMarked: 600_000,
  planMove: 15_000,
  move: 600_000,
  revert: 600_000,
  writeCopy: 600_000,
  sync: 1_800_000,
  openText: 30_000,
  openLink: 600_000,
  openAgent: 30_000,
  close: 15_000,
  travel: 60_000,
  ticks: 15_000,
  changes: 60_000,
  reopen: 60_000,
};
