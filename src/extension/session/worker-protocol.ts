import * as v from 'valibot';
import type { SessionModel } from '../../core/session/model.ts';

/** The calls that a session's worker answers: all of SessionModel's but `dispose`, which ends the worker. */
export const WORKER_METHODS = [
  'summary',
  'findings',
  'suggestions',
  'rows',
  'arrange',
  'closeView',
  'graphRows',
  'overview',
  'locate',
  'find',
  'nextFound',
  'record',
  'rowOf',
  'rowOfLine',
  'nextRecord',
  'parentColumns',
  'plan',
  'simulate',
  'chain',
  'applyRepairs',
  'setSeverities',
  'copyPatch',
  'copyExpectation',
  'fingerprint',
  'sessionRow',
  'messageRows',
  'refresh',
] as const satisfies readonly Exclude<keyof SessionModel, 'dispose'>[];

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
});
export type WorkerCall = v.InferOutput<typeof CallSchema>;

/** A call, or that nobody waits for one any more. */
export const WorkerRequestSchema = v.union([CallSchema, v.object({ cancel: v.pipe(v.number(), v.integer()) })]);
export type WorkerRequest = v.InferOutput<typeof WorkerRequestSchema>;

/** Exactly one for each call. */
export const WorkerReplySchema = v.variant('ok', [
  v.object({ id: v.number(), ok: v.literal(true), value: v.unknown() }),
  v.object({ id: v.number(), ok: v.literal(false), error: v.object({ message: v.string(), code: v.nullable(v.string()) }) }),
]);
export type WorkerReply = v.InferOutput<typeof WorkerReplySchema>;
