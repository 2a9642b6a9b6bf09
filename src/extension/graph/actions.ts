import type { Uri } from 'vscode';
import type { Finding, Suggestion } from '../../core/findings/finding.ts';
import type { RepairEvent } from '../../core/log/event.ts';
import type { RepairOutcome, SessionHandle } from '../session/handle.ts';

/** What is about to be written to the log, for the question that precedes it. */
export type ReasonQuestion =
  | { readonly kind: 'repair'; readonly finding: Finding; readonly suggestion: Suggestion }
  | { readonly kind: 'revert'; readonly event: RepairEvent };

/** What became of an action that does not write to the log. `message` is said to the user as it stands. */
export type ActionOutcome =
  | { readonly kind: 'done'; readonly message: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: string };

/** The commands that the graph sets off; the same ones that the palette and the quick fixes use. */
export interface GraphActions {
  /**
   * Asks why (and, for a suggestion below `high`, whether) where the settings demand it.
   * @returns the reason, which may be empty; undefined when the user changed their mind
   */
  askReason(question: ReasonQuestion): Promise<string | undefined>;
  repair(handle: SessionHandle, finding: Finding, suggestion: Suggestion, reason: string): Promise<RepairOutcome>;
  /** Makes all repairs of high confidence, one event each, after one question that tells what they bring. */
  repairAll(handle: SessionHandle): Promise<ActionOutcome>;
  /** Shows what a resume loads now and with a suggestion, beside each other; null: what each of two branches loads. */
  preview(handle: SessionHandle, finding: Finding, suggestion: Suggestion | null): Promise<ActionOutcome>;
  ignore(handle: SessionHandle, finding: Finding): Promise<RepairOutcome>;
  /** Writes a session for each of two branches that grew at the same time, after one question that tells what each loads. */
  splitBranches(handle: SessionHandle, finding: Finding): Promise<ActionOutcome>;
  revert(handle: SessionHandle, eventId: string, reason: string): Promise<RepairOutcome>;
  writeCopy(handle: SessionHandle): Promise<ActionOutcome>;
  sync(handle: SessionHandle): Promise<ActionOutcome>;
  /** Opens an address of the transcript, untrusted, after a question that shows all of it. */
  openLink(address: string): Promise<ActionOutcome>;
  /** Shows the graph of the file of one of the session's subagents. @param agent untrusted; null for the session of an agent's file */
  openAgent(handle: SessionHandle, agent: string | null): Promise<ActionOutcome>;
  /** @param line 1-based; null leaves the position alone */
  openText(uri: Uri, line: number | null): Promise<ActionOutcome>;
}
