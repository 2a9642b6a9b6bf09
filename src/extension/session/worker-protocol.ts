import * as v from 'valibot';
import type { SessionModel } from '../../core/session/model.ts';

/** The calls that a session's worker answers: all of SessionModel's but `dispose`, which ends the worker, and `at`, which opens a view. */
export const WORKER_METHODS = [
  'summary',
  'findings',
  'suggestions',
  'rows',
  'loadedRows',
  'arrange',
  'closeView',
  'graphRows',
  'overview',
  'locate',
  'find',
  'nextFound',
  'drawing',
  'record',
  'picture',
  'rowOf',
  'rowOfLine',
  'nextRecord',
  'findingPlaces',
  'plan',
  'simulate',
  'tryMove',
  'chain',
  'applyRepairs',
  'setSeverities',
  'changesFrom',
  'copyPatch',
  'copyExpectation',
  'fingerprint',
  'sessionRow',
  'messageRows',
  'searchElsewhere',
  'refresh',
] as const satisfies readonly Exclude<keyof SessionModel, 'dispose' | 'at'>[];

export type WorkerMethod = (typeof WORKER_METHODS)[number];

/** Arguments and result of a call, as SessionModel says. */
export type WorkerArguments<M extends WorkerMethod> = Parameters<SessionModel[M]>;
export type WorkerResult<M extends WorkerMethod> = Awaited<ReturnType<SessionModel[M]>>;

/** What the worker is started with. */
export const WorkerDataSchema = v.object({ path: v.pipe(v.string(), v.minLength(1)) });
export type WorkerData = v.InferOutput<typeof WorkerDataSchema>;

const CallSchema = v.object({
  id: v.pipe(v.number(), v.integer()),
  method: v.picklist(WORKER_METHODS),
  args: v.array(v.unknown()),
  /** Of the view that is asked; null: the session as it is. */
  view: v.nullable(v.number()),
});
export type WorkerCall = v.InferOutput<typeof CallSchema>;

/** A call, or that nobody waits for one any more. */
export const WorkerRequestSchema = v.union([CallSchema, v.object({ cancel: v.pipe(v.number(), v.integer()) })]);
export type WorkerRequest = v.InferOutput<typeof WorkerRequestSchema>;

/** Opens or closes a view: the session with other repairs, numbered by the client. */
export const ViewRequestSchema = v.object({
  id: v.pipe(v.number(), v.integer()),
  view: v.number(),
  /** As `Repairs`; null closes the view. */
  open: v.nullable(v.unknown()),
});
export type ViewRequest = v.InferOutput<typeof ViewRequestSchema>;

/** Exactly one for each call. */
export const WorkerReplySchema = v.variant('ok', [
  v.object({ id: v.number(), ok: v.literal(true), value: v.unknown() }),
  v.object({ id: v.number(), ok: v.literal(false), error: v.object({ message: v.string(), code: v.nullable(v.string()) }) }),
]);
export type WorkerReply = v.InferOutput<typeof WorkerReplySchema>;
