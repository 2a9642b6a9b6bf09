import { counted } from '../../core/count-text.ts';
import type { LogFault, LogVerdict } from '../../core/log/verify/fault.ts';
import type { Checked } from '../../core/log/verify/check-session.ts';
import { plain } from './plain-text.ts';

/** What a check found, in one message. @param checked at least one log */
export function verifySummary(checked: readonly Checked[]): string {
  const events = checked.reduce((sum, { verdict }) => sum + verdict.events, 0);
  const broken = checked.map(({ verdict }) => verdict).filter(({ is_sound }) => !is_sound);
  const [only] = checked;
  if (broken.length > 0) return brokenSummary(broken, checked.length);
  if (checked.length > 1) return `${counted(checked.length, 'repair log')} with ${counted(events, 'event')} verified: all unbroken.`;
  const last = only?.events.at(-1);
  if (last === undefined) return 'Nothing was logged for this session yet: there is nothing to verify.';
  return `${counted(events, 'event')} verified, unbroken to event ${last.seq} of ${last.timestamp.slice(0, 10)} (digest ${last.event_digest.slice(0, 12)}…).`;
}

function brokenSummary(broken: readonly LogVerdict[], logs: number): string {
  const faults = broken.flatMap((verdict) => verdict.faults.filter(isFault));
  const [first] = faults;
  const what = logs === 1 ? 'The repair log is not what was written' : `${broken.length} of ${logs} repair logs are not what was written`;
  const named = first === undefined ? '' : ` ${placeOf(first)}: ${plain(first.message)}`;
  return `${what}: ${counted(faults.length, 'fault')}.${named}`;
}

/** Everything a check found, as a document. @param now ISO 8601 */
export function verifyReport(checked: readonly Checked[], now: string): string {
  return [`Verification of repair logs, ${now}`, verifySummary(checked), '', ...checked.flatMap(logLines)].join('\n');
}

function logLines({ verdict, events }: Checked): string[] {
  const last = events.at(-1);
  const bad = verdict.faults.filter(isFault).length;
  const state = verdict.is_sound ? 'unbroken' : counted(bad, 'fault');
  return [
    `${verdict.is_sound ? '✔' : '✖'} session ${plain(verdict.session_id)}: ${counted(verdict.events, 'event')}, ${state}`,
    ...(last === undefined ? [] : [`    head     event ${last.seq}, digest ${last.event_digest}`]),
    ...verdict.faults.flatMap(faultLines),
    '',
  ];
}

function faultLines(fault: LogFault): string[] {
  return [
    `    ${isFault(fault) ? 'FAULT' : 'note '}    ${placeOf(fault)}: ${plain(fault.message)}`,
    ...(fault.event_id === null ? [] : [`             event id ${plain(fault.event_id)}`]),
  ];
}

function placeOf({ seq, field }: LogFault): string {
  const place = seq === null ? 'The log' : `Event ${seq}`;
  return field === null ? place : `${place}, ${plain(field)}`;
}

function isFault({ severity }: LogFault): boolean {
  return severity === 'fault';
}
