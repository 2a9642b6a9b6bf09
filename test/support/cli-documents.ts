/** What scripts rely on: the JSON of the commands, no name more and no name less. */
import * as v from 'valibot';
import { FINDING_CODES } from '../../src/core/findings/finding.ts';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Line = v.pipe(v.number(), v.integer(), v.minValue(1));
const Confidence = v.picklist(['high', 'medium', 'low']);
const Uuids = v.array(v.string());

const Suggestion = v.strictObject({
  kind: v.string(),
  newParent: v.nullable(v.string()),
  score: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  confidence: Confidence,
  reasons: v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.minLength(1)),
});

const Finding = v.strictObject({
  code: v.picklist(FINDING_CODES),
  severity: v.picklist(['error', 'warning', 'info']),
  line: Line,
  uuid: v.nullable(v.string()),
  message: v.pipe(v.string(), v.minLength(1)),
  suggestions: v.array(Suggestion),
});

const LoaderReference = v.strictObject({ id: v.string(), version: v.string() });

const Session = v.strictObject({
  path: v.string(),
  sessionId: v.string(),
  bytes: Count,
  lines: Count,
  records: Count,
  messages: Count,
  tokens: v.strictObject({ input: Count, cacheWrite: Count, cacheRead: Count, output: Count }),
  resume: v.strictObject({
    loader: LoaderReference,
    now: Count,
    repaired: Count,
    total: Count,
    chain: v.optional(v.strictObject({ now: Uuids, repaired: Uuids })),
  }),
  loaders: v.array(v.strictObject({ id: v.string(), now: Count, repaired: Count, total: Count })),
  findings: v.array(Finding),
});

export const ScanDocument = v.strictObject({ riff: v.literal(2), sessions: v.array(Session) });

export const RepairDocument = v.strictObject({
  riff: v.literal(2),
  plan: v.array(
    v.strictObject({
      code: v.string(),
      kind: v.string(),
      uuid: v.string(),
      line: Line,
      oldParent: v.nullable(v.string()),
      newParent: v.nullable(v.string()),
      confidence: Confidence,
    }),
  ),
  resume: v.strictObject({ loader: LoaderReference, before: Count, after: Count, total: Count }),
  loaders: v.array(v.strictObject({ id: v.string(), before: Count, after: Count, total: Count })),
  written: v.nullable(
    v.strictObject({
      path: v.string(),
      sessionId: v.pipe(v.string(), v.uuid()),
      loaders: v.array(
        v.strictObject({
          id: v.string(),
          loads: Count,
          asPredicted: v.boolean(),
          loadsLess: v.boolean(),
          missing: Count,
          refusals: v.array(v.string()),
        }),
      ),
    }),
  ),
  preview: v.optional(v.strictObject({ gained: Uuids, lost: Uuids })),
  events: v.array(v.pipe(v.string(), v.uuid())),
  waiting: v.optional(v.array(v.pipe(v.string(), v.uuid()))),
});

export const LogDocument = v.strictObject({
  riff: v.literal(2),
  sessionId: v.string(),
  events: v.array(
    v.looseObject({ event_id: v.pipe(v.string(), v.uuid()), seq: Line, event_type: v.string(), operator: v.string(), reason: v.string() }),
  ),
  head: v.strictObject({ seq: Count, digest: v.string() }),
});

/** The one document on standard output. */
export function documentOf<Schema extends v.GenericSchema>(schema: Schema, stdout: string): v.InferOutput<Schema> {
  return v.parse(v.pipe(v.string(), v.parseJson(), schema), stdout);
}
