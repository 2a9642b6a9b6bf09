/**
 * Logs of the command line tool that came before Riff: its envelope (format 1.0), and its own rule for digests.
 *
 * That rule joins six texts without a separator: event_id, session_id, timestamp, message_id, the old parent and the
 * new one. Operator and reason are not part of it, and the boundary between two texts is ambiguous. It is checked as it is, and
 * imported events get digests by our rule.
 */
import * as v from 'valibot';
import type { Sha256 } from '../digest.ts';
import type { JsonObject } from '../../json.ts';
import { LogError } from '../log-error.ts';
import { brokenRule } from '../../broken-rule.ts';

const NullableText = v.optional(v.nullable(v.string()), null);

const AncestorEventSchema = v.pipe(
  v.object({
    event_id: v.pipe(v.string(), v.minLength(1)),
    session_id: v.string(),
    timestamp: v.pipe(
      v.string(),
      v.check((text) => !Number.isNaN(Date.parse(text)), 'Expected a time'),
    ),
    message_id: v.pipe(v.string(), v.minLength(1)),
    old_parent_uuid: v.optional(v.nullable(v.string())),
    new_parent_uuid: v.optional(v.nullable(v.string())),
    // The names of these two fields in its first versions.
    old_parent: v.optional(v.nullable(v.string())),
    new_parent: v.optional(v.nullable(v.string())),
    operator: v.string(),
    reason: v.optional(v.string(), ''),
    similarity_score: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))), null),
    validation_passed: v.optional(v.boolean(), true),
    is_reverted: v.optional(v.boolean(), false),
    reverts_event_id: NullableText,
    event_digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'Expected a SHA-256')),
    created_at: NullableText,
  }),
  v.transform(({ old_parent_uuid, old_parent, new_parent_uuid, new_parent, ...rest }) => ({
    ...rest,
    old_parent_uuid: old_parent_uuid ?? old_parent ?? null,
    new_parent_uuid: new_parent_uuid ?? new_parent ?? null,
  })),
);

/** An event as the ancestor exported it. */
export type AncestorEvent = v.InferOutput<typeof AncestorEventSchema>;

const AncestorExportSchema = v.object({
  format_version: v.picklist(['1.0', '1']),
  session_id: v.pipe(v.string(), v.minLength(1)),
  event_count: v.number(),
  metadata: v.optional(v.object({ total_events: v.optional(v.number()), session_digest: v.optional(v.string()) })),
  events: v.array(v.unknown()),
});

export interface AncestorExport {
  readonly sessionId: string;
  /** In the order in which they happened; a revert comes after the event it reverts. */
  readonly events: readonly AncestorEvent[];
}

const encoder = new TextEncoder();

/** The two variants of the digest rule: with and without a word for "no parent". */
interface Reading {
  readonly none: string;
  readonly time: (timestamp: string) => string;
}

const asIs = (text: string): string => text;
const withOffset = (text: string): string => text.replace(/Z$/, '+00:00');
const withZulu = (text: string): string => text.replace(/\+00:00$/, 'Z');
const READINGS: readonly Reading[] = ['null', ''].flatMap((none) => [asIs, withOffset, withZulu].map((time) => ({ none, time })));

/** The ancestor's digest of an event. @param reading the variant of the rule; all events of a file follow the same one */
function ancestorDigest(event: AncestorEvent, sha256: Sha256, reading: Reading = { none: 'null', time: asIs }): string {
  const { event_id, session_id, timestamp, message_id, old_parent_uuid, new_parent_uuid } = event;
  const old = old_parent_uuid === null || old_parent_uuid === '' ? reading.none : old_parent_uuid;
  return sha256(encoder.encode([event_id, session_id, reading.time(timestamp), message_id, old, new_parent_uuid ?? ''].join('')));
}

/** The ancestor's digest of a session: of its event ids, sorted and joined. */
export function ancestorSessionDigest(events: readonly Pick<AncestorEvent, 'event_id'>[], sha256: Sha256): string {
  return sha256(
    encoder.encode(
      events
        .map(({ event_id }) => event_id)
        .sort()
        .join(''),
    ),
  );
}

/**
 * Reads and checks an export of the ancestor.
 * @throws LogError `bad-export` that names the contradiction
 */
export function readAncestorExport(document: unknown, sha256: Sha256): AncestorExport {
  const parsed = v.safeParse(AncestorExportSchema, document);
  if (!parsed.success) throw badExport(`The envelope is wrong: ${brokenRule(parsed.issues)}`);
  const { session_id, event_count, metadata, events: rows } = parsed.output;
  const events = rows.map((row, i) => eventOf(row, i));
  for (const count of [event_count, metadata?.total_events]) {
    if (count !== undefined && count !== events.length) throw badExport(`It says ${count} events and holds ${events.length}.`);
  }
  const ids = new Set<string>();
  events.forEach((event, i) => {
    if (event.session_id !== session_id) throw badExport(`Event ${i + 1} (${event.event_id}) has another session_id: ${event.session_id}.`);
    if (ids.has(event.event_id)) throw badExport(`Event ${i + 1} has the event_id of an earlier one: ${event.event_id}.`);
    ids.add(event.event_id);
  });
  refuseWrongDigest(events, sha256);
  const expected = metadata?.session_digest;
  if (expected !== undefined && expected !== ancestorSessionDigest(events, sha256)) {
    throw badExport('Its session_digest is not that of its events: some were added, removed or renamed.');
  }
  return { sessionId: session_id, events: inOrder(events) };
}

/** The original as our event contains it. */
export function originalOf(event: AncestorEvent): JsonObject {
  return { format_version: '1.0', ...event };
}

function eventOf(row: unknown, i: number): AncestorEvent {
  const parsed = v.safeParse(AncestorEventSchema, row);
  if (parsed.success) return parsed.output;
  throw badExport(`Event ${i + 1} cannot be read: ${brokenRule(parsed.issues)}`);
}

function refuseWrongDigest(events: readonly AncestorEvent[], sha256: Sha256): void {
  const firstWrong = (reading: Reading): number =>
    events.findIndex((event) => ancestorDigest(event, sha256, reading) !== event.event_digest);
  const wrong = READINGS.map(firstWrong);
  if (wrong.includes(-1)) return;
  // The variant that matches the most events is the file's own; an event that does not match it was changed.
  const i = Math.max(...wrong);
  throw badExport(`Event ${i + 1} (${events[i]?.event_id ?? ''}) does not fit its event_digest: it was changed after it was written.`);
}

/** By time, equal times in the order of the file; a revert never before its target. */
function inOrder(events: readonly AncestorEvent[]): AncestorEvent[] {
  const sorted = events.map((event, i) => ({ event, i, time: microseconds(event.timestamp) })).sort((a, b) => a.time - b.time || a.i - b.i);
  const ids = new Set(events.map(({ event_id }) => event_id));
  const placed = new Set<string>();
  const waiting = new Map<string, AncestorEvent[]>();
  const ordered: AncestorEvent[] = [];
  const place = (first: AncestorEvent): void => {
    const stack = [first];
    for (let event = stack.pop(); event !== undefined; event = stack.pop()) {
      ordered.push(event);
      placed.add(event.event_id);
      stack.push(...(waiting.get(event.event_id) ?? []).reverse());
      waiting.delete(event.event_id);
    }
  };
  for (const { event } of sorted) {
    const target = event.reverts_event_id;
    if (target === null || placed.has(target) || !ids.has(target)) place(event);
    else waiting.set(target, [...(waiting.get(target) ?? []), event]);
  }
  if (ordered.length < events.length) throw badExport('Its reverts take back each other in a circle.');
  return ordered;
}

/** Its times have six decimal places of the second, of which a Date keeps three. */
function microseconds(timestamp: string): number {
  const digits = /\.(\d{1,9})/.exec(timestamp)?.[1] ?? '';
  return Date.parse(timestamp) * 1000 + Number(digits.padEnd(6, '0').slice(3, 6));
}

function badExport(message: string): LogError {
  return new LogError('bad-export', message, 'Nothing was written. Get the file again from where it was exported.');
}
