import * as v from 'valibot';
import { MAX_BUCKETS, MAX_EXCEPTIONS, MAX_MARKED, MAX_ROWS_PER_REQUEST, type GraphRequest } from './messages.ts';

const integer = v.pipe(v.number(), v.safeInteger());
const natural = v.pipe(integer, v.minValue(0));
const positive = v.pipe(integer, v.minValue(1));
/** Ids come from files: any text of reasonable length. */
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(100_000));

/** Created by the host, returned by the page. */
const fingerprint = v.pipe(v.string(), v.maxLength(4000));
const uuids = v.pipe(v.array(id), v.minLength(1), v.maxLength(MAX_MARKED));

const choiceSchema = v.object({
  filter: v.picklist(['all', 'prompts', 'findings', 'orphans', 'main', 'sidechains']),
  folded: v.object({ message: v.boolean(), run: v.boolean(), sidechain: v.boolean() }),
  except: v.pipe(v.array(v.object({ kind: v.picklist(['message', 'run', 'branch']), uuid: id })), v.maxLength(MAX_EXCEPTIONS)),
});

const requestSchema = v.variant('type', [
  v.object({ type: v.literal('state') }),
  v.object({
    type: v.literal('rows'),
    start: natural,
    count: v.pipe(positive, v.maxValue(MAX_ROWS_PER_REQUEST)),
  }),
  v.object({ type: v.literal('arrange'), choice: choiceSchema }),
  v.object({ type: v.literal('overview'), buckets: v.pipe(positive, v.maxValue(MAX_BUCKETS)) }),
  v.object({ type: v.literal('record'), uuid: id }),
  v.object({ type: v.literal('picture'), uuid: id, at: natural }),
  v.object({ type: v.literal('openLink'), address: v.pipe(v.string(), v.maxLength(4000), v.regex(/^https?:\/\/[^\s]+$/i)) }),
  v.object({ type: v.literal('locate'), uuid: id }),
  v.object({ type: v.literal('suggestions'), findingId: id }),
  v.object({ type: v.literal('history'), uuid: id }),
  v.object({ type: v.literal('find'), typed: v.pipe(v.string(), v.maxLength(1000)), from: natural }),
  v.object({ type: v.literal('nextFound'), from: v.nullable(id), direction: v.picklist([1, -1]) }),
  v.object({
    type: v.literal('nextRecord'),
    from: v.nullable(id),
    direction: v.picklist([1, -1]),
    search: v.picklist(['finding', 'prompt', 'repaired', 'boundary', 'leaf', 'root']),
  }),
  v.object({
    type: v.literal('repair'),
    findingId: id,
    index: natural,
    fingerprint,
  }),
  v.object({ type: v.literal('planMarked'), uuids }),
  v.object({ type: v.literal('repairMarked'), uuids, fingerprint }),
  v.object({ type: v.literal('planMove'), uuid: id, parent: id }),
  v.object({ type: v.literal('move'), uuid: id, parent: id, fingerprint }),
  v.object({ type: v.literal('close') }),
  v.object({ type: v.literal('ignore'), findingId: id }),
  v.object({ type: v.literal('splitBranches'), findingId: id }),
  v.object({ type: v.literal('preview'), findingId: id, fingerprint: v.nullable(fingerprint) }),
  v.object({ type: v.literal('repairAll') }),
  v.object({ type: v.literal('revert'), eventId: id }),
  v.object({ type: v.literal('writeCopy') }),
  v.object({ type: v.literal('sync') }),
  v.object({ type: v.literal('openAgent'), agent: v.nullable(v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/))) }),
  v.object({ type: v.literal('openText'), line: v.nullable(positive) }),
  v.object({ type: v.literal('travel'), at: v.nullable(natural), against: v.nullable(natural) }),
  v.object({ type: v.literal('ticks'), around: v.nullable(natural) }),
  v.object({ type: v.literal('changes') }),
  v.object({ type: v.literal('reopen') }),
]) satisfies v.GenericSchema<unknown, GraphRequest>;

const envelopeSchema = v.variant('type', [
  v.object({ type: v.literal('ready'), protocolVersion: natural }),
  v.object({ type: v.literal('request'), protocolVersion: natural, id: natural, request: v.unknown() }),
  v.object({ type: v.literal('cancel'), protocolVersion: natural, id: natural }),
]);

/** A message with a valid envelope. `request` is validated later, so that an invalid one can be answered by its id. */
export type Envelope = v.InferOutput<typeof envelopeSchema>;

export type Checked<T> = { readonly ok: T } | { readonly problem: string };

function check<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Checked<T> {
  const result = v.safeParse(schema, value);
  if (result.success) return { ok: result.output };
  const issue = result.issues[0];
  const place = v.getDotPath(issue);
  return { problem: place === null ? issue.message : `${place}: ${issue.message}` };
}

/** Validates a message from a webview. Without a valid envelope there is no id to answer. */
export function parseEnvelope(value: unknown): Checked<Envelope> {
  return check(envelopeSchema, value);
}

/** Validates the request inside an envelope. */
export function parseRequest(value: unknown): Checked<GraphRequest> {
  return check(requestSchema, value);
}
