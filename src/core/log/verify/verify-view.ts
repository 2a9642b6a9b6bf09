import * as v from 'valibot';
import { canonicalJson } from '../digest.ts';
import type { RepairEvent } from '../event.ts';
import type { JsonValue } from '../../json.ts';
import { fault, type LogFault } from './fault.ts';
import { replay } from '../replay.ts';
import { materialise } from '../view.ts';
import { SessionViewSchema } from '../rows.ts';
import type { SessionView } from '../store.ts';
import { ruleOf } from '../../broken-rule.ts';

/** The fields that follow from the events; the others say when the view was built. */
const FOLDED = ['session_id', 'transcript', 'last_seq', 'head_digest', 'statistics'] as const;

/**
 * Compares a stored view with a full replay of its events.
 * @param events the readable events of the log
 * @param row the stored view; null where there is none
 */
export function viewFaults(sessionId: string, events: readonly RepairEvent[], row: unknown): LogFault[] {
  const isReplayable = events.every((event, i) => event.seq === i + 1);
  if (row === null || row === undefined) {
    return events.length === 0 ? [] : [behind('There is no view of this log; it is made anew with the next event.')];
  }
  const parsed = v.safeParse(SessionViewSchema, row);
  if (!parsed.success) {
    return parsed.issues.map((issue) => of(v.getDotPath(issue) ?? null, `The view cannot be read: ${ruleOf(issue)}`));
  }
  const view = parsed.output;
  if (view.last_seq > events.length || !isReplayable) {
    const last = events.at(-1)?.seq ?? 0;
    if (view.last_seq > last) return [of('last_seq', `The view is of ${view.last_seq} events, the log ends at event ${last}.`)];
    return [behind('The view cannot be compared: the log cannot be replayed as it is.')];
  }
  const expected = materialise(sessionId, replay(events.slice(0, view.last_seq)), 0, 0);
  if (expected === null) return [of('last_seq', 'There is a view of no events.')];
  const faults = compared(view, expected);
  if (faults.length === 0 && view.last_seq < events.length) {
    return [behind(`The view stands at event ${view.last_seq} of ${events.length}.`)];
  }
  return faults;
}

function compared(view: SessionView, expected: SessionView): LogFault[] {
  const faults: LogFault[] = [];
  for (const field of FOLDED) {
    if (!isSame(view[field], expected[field])) faults.push(of(field, `The view's ${field} is not what its events give.`));
  }
  if (!isSame(view.message_changes ?? null, expected.message_changes ?? null)) {
    faults.push(of('message_changes', "The view's message_changes is not what its events give."));
  }
  const uuids = new Set([...Object.keys(view.message_parents), ...Object.keys(expected.message_parents)]);
  for (const uuid of uuids) {
    const [has, should] = [view.message_parents[uuid], expected.message_parents[uuid]];
    if (has !== should)
      faults.push(of(`message_parents.${uuid}`, `The view gives ${uuid} ${parentText(has)}, its events ${parentText(should)}.`));
  }
  return faults;
}

function parentText(parent: string | null | undefined): string {
  if (parent === undefined) return 'no other parent';
  return parent === null ? 'no parent' : `the parent ${parent}`;
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(a as JsonValue) === canonicalJson(b as JsonValue);
}

function of(field: string | null, message: string): LogFault {
  return fault('view', null, field, message);
}

function behind(message: string): LogFault {
  return fault('view-behind', null, null, message);
}
