import type { Uri } from 'vscode';
import type { Finding } from '../../core/findings/finding.ts';
import { changesView } from '../../core/log/event.ts';
import type { SessionSummary } from '../../core/session/analysis-types.ts';
import type { GraphState, LastRepair, StoreStatus, Translations } from '../../protocol/messages.ts';
import { MAX_FINDINGS_IN_STATE } from '../../protocol/messages.ts';
import { fillIn } from '../../protocol/text-template.ts';
import type { HostStrings } from '../../protocol/host-strings.ts';
import type { SessionHandle, StoreState } from '../session/handle.ts';
import type { ChangedRecord, TicksAnswer, TravelState } from '../../protocol/travel.ts';

/** How far opening the session has come. */
export type Opening =
  | { readonly kind: 'loading' }
  | { readonly kind: 'open'; readonly handle: SessionHandle }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: string };

/** One page's look at other positions of a session's log. */
export interface Travel {
  readonly state: TravelState;
  /** Whether anything else than the session as it is now is drawn. */
  readonly isAway: boolean;
  /** @param at position to draw, null: now; @param against position to compare with, null: none. Those beyond the log are its end. */
  travelTo(at: number | null, against: number | null): Promise<void>;
  /** Events of the log: those around one, or those that are drawn of the whole log. */
  ticks(around: number | null): TicksAnswer;
  changes(): Promise<readonly ChangedRecord[]>;
}

/** One session as its graph editors see it. Shared by all editors of the same file. */
export interface GraphSession {
  readonly uri: Uri;
  /** File name, for people. */
  readonly name: string;
  /** Grows by one whenever anything that a page shows changed. */
  readonly revision: number;
  readonly opening: Opening;
  /** Tries again after a failure; does nothing otherwise. */
  reopen(): Promise<void>;
  /** Other positions of the log, where the page can look at them. */
  readonly travel?: Travel;
}

/** Everything a page shows besides rows, complete. */
export async function graphState(session: GraphSession, strings: HostStrings, translations: Translations): Promise<GraphState> {
  const { revision, name, opening } = session;
  const base = { revision, name, translations };
  if (opening.kind === 'loading') return { kind: 'loading', ...base };
  if (opening.kind === 'failed') {
    const { message, remedy } = opening;
    return { kind: 'explained', ...base, title: strings.unreadableTitle, message, remedy, notices: [] };
  }
  const { handle } = opening;
  const summary = await handle.model.judgement.summary();
  const findings = await handle.model.judgement.findings();
  if (summary.rows === 0) return { kind: 'explained', ...base, ...explanation(summary, findings, strings) };
  return {
    kind: 'ready',
    ...base,
    summary,
    findings: findings.slice(0, MAX_FINDINGS_IN_STATE),
    store: storeStatus(handle.storeState),
    lastRepair: lastRepair(handle),
    travel: session.travel?.state ?? null,
  };
}

/** Why there is nothing to draw. */
function explanation(
  summary: SessionSummary,
  findings: readonly Finding[],
  strings: HostStrings,
): { title: string; message: string; remedy: string; notices: readonly string[] } {
  if (summary.bytes === 0) return { title: strings.emptyTitle, message: strings.emptyMessage, remedy: '', notices: [] };
  const found = findings.find((finding) => finding.code === 'not-a-session')?.message;
  return {
    title: strings.notSessionTitle,
    message: found ?? fillIn(strings.notSessionMessage, [summary.lines]),
    remedy: strings.notSessionRemedy,
    notices: summary.notices,
  };
}

function storeStatus(state: StoreState): StoreStatus {
  const { place } = state;
  return state.kind === 'failed' ? { kind: 'failed', place, message: state.message, remedy: state.remedy } : { kind: state.kind, place };
}

function lastRepair(handle: SessionHandle): LastRepair | null {
  for (let i = handle.events.length - 1; i >= 0; i--) {
    const event = handle.events[i];
    if (event === undefined || !handle.activeEventIds.has(event.event_id)) continue;
    if (changesView(event.event_type)) return { eventId: event.event_id, uuid: event.message_id };
  }
  return null;
}
