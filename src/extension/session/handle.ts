import type { Event, Uri } from 'vscode';
import type { Finding } from '../../core/findings/finding.ts';
import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import type { ProposedRepair } from '../../core/session/analysis-types.ts';
import type { Proposal } from '../../core/findings/finding.ts';
import type { RepairEvent } from '../../core/log/event.ts';
import type { JsonObject } from '../../core/json.ts';
import type { SessionModel } from '../../core/session/model.ts';
import type { SessionView } from '../../core/session/travel/session-travel.ts';
import type { StoreConnectionState } from '../../store/connection/link.ts';
import type { Run } from '../../operations/operation.ts';

/** State of the store as surfaces show it. */
export type StoreState = StoreConnectionState & {
  /** Which store it is, for people: host, namespace and database; null: the one of this machine. */
  readonly place: string | null;
};

/** What became of a repair or a revert. */
export type RepairOutcome =
  | { readonly kind: 'done'; readonly event: RepairEvent }
  | { readonly kind: 'conflict'; readonly theirs: readonly RepairEvent[] }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: string };

/** What became of several repairs: those that were made, and what ended it before the last one. */
export interface BatchOutcome {
  readonly done: readonly RepairEvent[];
  /** Null when all were made, or when it was cancelled. */
  readonly stopped: Exclude<RepairOutcome, { kind: 'done' }> | null;
}

/** A session to look at, for callers who may stop waiting. */
export interface CancellableView extends SessionView {
  /**
   * The same session: what was not begun when the signal aborts is rejected and never done. Absent where answers are made at once.
   */
  until?(signal: AbortSignal): SessionView;
}

/** The same for who keeps it up to date. */
export type CancellableModel = SessionModel & CancellableView;

/**
 * One open session in the editor: its model (in a worker), its log, and the commands that change them. Shared by all
 * surfaces of the session; every surface redraws on `onDidChange`.
 */
export interface SessionHandle {
  readonly uri: Uri;
  /** To look at; what keeps it up to date is the handle's own business. */
  readonly model: CancellableView;
  /** Events of the session's log by seq, and behind them those that wait for the store; of the log none until the store answered. */
  readonly events: readonly RepairEvent[];
  /** event_ids in force (not taken back by a revert in force). */
  readonly activeEventIds: ReadonlySet<string>;
  /** event_ids that wait for the store: shown as in force, and not in the log yet. */
  readonly waitingEventIds: ReadonlySet<string>;
  readonly storeState: StoreState;
  /** Fires after file, log or store state changed and the model shows it. */
  readonly onDidChange: Event<void>;
  /** Opens the store and reads the log now; rejects with StoreError. */
  readLog(): Promise<void>;
  /** Writes the repair to the log; `reason` has been asked from the user already where the setting demands it. */
  repair(finding: Finding, suggestion: Proposal, reason: string): Promise<RepairOutcome>;
  /**
   * Writes repairs that were planned together, one event each, behind a note that says so; ends at the first that is refused.
   * @param effect what a resume loads before and after all of them, for the record
   */
  repairAll(repairs: readonly ProposedRepair[], effect: ResumeEffect, run: Run): Promise<BatchOutcome>;
  revert(eventId: string, reason: string): Promise<RepairOutcome>;
  /** Leaves a finding out from now on; reverting the event brings it back. */
  ignore(finding: Finding, reason: string): Promise<RepairOutcome>;
  /** Writes a remark to the log, which changes nothing. */
  note(payload: JsonObject, reason: string): Promise<RepairOutcome>;
}

/** Opens sessions; handles are counted, and the worker ends a few seconds after the last user. */
export interface SessionRegistry {
  /** Call `release` once when done. Rejects when the file cannot be read. */
  acquire(uri: Uri): Promise<{ readonly handle: SessionHandle; readonly release: () => void }>;
  /** The session of the active editor, whatever its kind; undefined when there is none. */
  readonly active: SessionHandle | undefined;
  readonly onDidChangeActive: Event<SessionHandle | undefined>;
}
