/**
 * Schemas of rows from outside: a database, an import, another process.
 */
import * as v from 'valibot';
import { OBSERVED_EVENT_TYPES, REPAIR_EVENT_TYPES, type RepairEvent } from './event.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { StoreError, type SessionView } from './store.ts';
import { brokenRule } from '../broken-rule.ts';

const Sha256Hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const Digest = v.union([v.literal(''), Sha256Hex]);
/** A database may return integers as bigint; within the safe range they are the same number. */
const Integer = v.pipe(v.union([v.number(), v.pipe(v.bigint(), v.transform(Number))]), v.safeInteger());
const Count = v.pipe(Integer, v.minValue(0));
const Text = v.nullable(v.string());

/** A session id that may be used in a record id and a file name: not empty, no control characters, at most 200 characters. */
export const SessionIdSchema = v.pipe(v.string(), v.regex(/^[^\p{Cc}]{1,200}$/u));

/** Whether a log can be kept under this session id. */
export function isLoggable(sessionId: string): boolean {
  return v.is(SessionIdSchema, sessionId);
}

/** Any JSON object with all its keys (valibot's record schema drops some), integers as numbers. */
const JsonObjectSchema = v.pipe(
  v.custom<Record<string, unknown>>(isPlainObject, 'Expected a JSON object'),
  v.rawTransform<Record<string, unknown>, JsonObject>(({ dataset, addIssue, NEVER }) => {
    const json = toJson(dataset.value);
    if (isPlainObject(json)) return json;
    addIssue({ message: 'Expected a JSON object' });
    return NEVER;
  }),
);

const ParentsSchema = v.pipe(
  JsonObjectSchema,
  v.check((parents) => Object.values(parents).every((parent) => parent === null || typeof parent === 'string'), 'Expected uuids or null'),
  v.transform((parents) => parents as Record<string, string | null>),
);

const CountsSchema = v.pipe(
  JsonObjectSchema,
  v.check((counts) => Object.values(counts).every((count) => typeof count === 'number'), 'Expected numbers'),
  v.transform((counts) => counts as Record<string, number>),
);

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A deep copy as plain JSON; undefined where a value is not JSON. */
function toJson(value: unknown): JsonValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) {
    const items = value.map(toJson);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isPlainObject(value)) return undefined;
  const entries: [string, JsonValue][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const json = toJson(inner);
    if (json === undefined) return undefined;
    entries.push([key, json]);
  }
  return Object.fromEntries(entries);
}

export const FingerprintSchema = v.object({ size: Count, sha256: Sha256Hex });

export const RepairEventSchema = v.object({
  event_id: v.pipe(v.string(), v.uuid()),
  session_id: SessionIdSchema,
  seq: v.pipe(Integer, v.minValue(1)),
  event_type: v.picklist([...REPAIR_EVENT_TYPES, ...OBSERVED_EVENT_TYPES]),
  timestamp: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
  operator: v.pipe(v.string(), v.regex(/^(user|agent|system):[^\p{Cc}]+$/u)),
  message_id: Text,
  old_parent_uuid: Text,
  new_parent_uuid: Text,
  payload: JsonObjectSchema,
  reason: v.string(),
  similarity_score: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  validation_passed: v.boolean(),
  reverts_event_id: v.nullable(v.pipe(v.string(), v.uuid())),
  transcript: FingerprintSchema,
  engine_version: v.string(),
  prev_digest: Digest,
  event_digest: Sha256Hex,
});

const Line = v.pipe(Integer, v.minValue(1));
const ChangesSchema = v.object({
  inserted: v.array(v.object({ uuid: v.string(), after: v.string() })),
  bypassed: v.array(v.string()),
  split: v.array(Line),
  quarantined: v.array(v.tuple([Line, Line])),
  leaf: Text,
  ignored: v.array(v.string()),
});

export const SessionViewSchema = v.object({
  session_id: SessionIdSchema,
  transcript: v.nullable(FingerprintSchema),
  last_seq: Count,
  head_digest: Digest,
  message_parents: ParentsSchema,
  message_changes: v.optional(ChangesSchema),
  statistics: v.object({
    total_events: Count,
    active_repairs: Count,
    reverted_events: Count,
    operators: CountsSchema,
  }),
  materialized_at: v.string(),
  is_stale: v.boolean(),
  drift_detected: v.boolean(),
  rebuild_ms: v.number(),
});

/**
 * A row as an event.
 * @throws StoreError `invalid_data` that names the invalid field
 */
export function eventFromRow(row: unknown): RepairEvent {
  return parseRow(RepairEventSchema, row, 'event');
}

/**
 * A row as a view.
 * @throws StoreError `invalid_data` that names the invalid field
 */
export function viewFromRow(row: unknown): SessionView {
  return parseRow(SessionViewSchema, row, 'view');
}

/**
 * @param what the kind of row, for the message
 * @throws StoreError `invalid_data`
 */
export function parseRow<T>(schema: v.GenericSchema<unknown, T>, row: unknown, what: string): T {
  const parsed = v.safeParse(schema, row, { abortEarly: true });
  if (parsed.success) return parsed.output;
  throw new StoreError(
    'invalid_data',
    `The store holds a ${what} that Riff cannot read: ${brokenRule(parsed.issues)}`,
    'Verify the log of this session; it may have been changed outside Riff.',
  );
}
