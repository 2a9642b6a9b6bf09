import * as v from 'valibot';
import type { SessionModel } from '../../core/session/model.ts';

/** The roles of a session; its worker answers for each. */
export type Role = Exclude<keyof SessionModel, 'dispose'>;

/** Methods of a role that are calls: `at` opens a view instead. */
export type Method<R extends Role> = Exclude<keyof SessionModel[R] & string, 'at'>;

/** Calls `inTurn` replace the session's state: they are made one after the other, even when nobody waits for them any more. */
type Turn = 'anytime' | 'inTurn';

/** The calls that a session's worker answers: each method of each role. */
export const WORKER_CALLS = {
  records: {
    rows: 'anytime',
    loadedRows: 'anytime',
    detail: 'anytime',
    picture: 'anytime',
    rowOf: 'anytime',
    rowOfLine: 'anytime',
    findingPlaces: 'anytime',
  },
  graph: {
    arrange: 'anytime',
    closeView: 'anytime',
    rows: 'anytime',
    overview: 'anytime',
    locate: 'anytime',
    find: 'anytime',
    nextFound: 'anytime',
    nextRecord: 'anytime',
    drawing: 'anytime',
  },
  judgement: {
    summary: 'anytime',
    findings: 'anytime',
    suggestions: 'anytime',
    proposals: 'anytime',
    loadedChains: 'anytime',
    searchElsewhere: 'anytime',
  },
  trials: { plan: 'anytime', simulate: 'anytime', tryMove: 'anytime', ends: 'anytime', tryEnd: 'anytime' },
  copies: { patch: 'anytime', inPlacePatch: 'anytime', expectation: 'anytime', check: 'anytime' },
  travel: { changesFrom: 'anytime' },
  sync: { fingerprint: 'anytime', sessionRow: 'anytime', messageRows: 'anytime' },
  updates: { applyRepairs: 'inTurn', setSeverities: 'inTurn', setPrimaryLoader: 'inTurn', refresh: 'inTurn' },
} as const satisfies { readonly [R in Role]: Readonly<Record<Method<R>, Turn>> };

/** A method as a function of plain data. */
type Call<R extends Role, M extends Method<R>> = Extract<SessionModel[R][M], (...args: never[]) => Promise<unknown>>;

/** Arguments and result of a call, as the role says. */
export type WorkerArguments<R extends Role, M extends Method<R>> = Parameters<Call<R, M>>;
export type WorkerResult<R extends Role, M extends Method<R>> = Awaited<ReturnType<Call<R, M>>>;

/** Whether the table above has this call. */
function isCall({ role, method }: { readonly role: Role; readonly method: string }): boolean {
  return Object.hasOwn(WORKER_CALLS[role], method);
}

export function isInTurn({ role, method }: { readonly role: Role; readonly method: string }): boolean {
  return (WORKER_CALLS[role] as Readonly<Record<string, Turn>>)[method] === 'inTurn';
}

const ROLES = Object.keys(WORKER_CALLS) as readonly Role[];

/** What the worker is started with. */
export const WorkerDataSchema = v.object({
  path: v.pipe(v.string(), v.minLength(1)),
  /** The primary loader; null: the file decides. */
  loader: v.nullable(v.string()),
});
export type WorkerData = v.InferOutput<typeof WorkerDataSchema>;

const CallSchema = v.pipe(
  v.object({
    id: v.pipe(v.number(), v.integer()),
    role: v.picklist(ROLES),
    method: v.string(),
    args: v.array(v.unknown()),
    /** Of the view that is asked; null: the session as it is. */
    view: v.nullable(v.number()),
  }),
  v.check((call) => isCall(call), 'not a call of this role'),
);
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

/** Told of a file beside the session that cannot be read. */
export const PassedOverSchema = v.object({ passedOver: v.string(), reason: v.string() });
export type PassedOver = v.InferOutput<typeof PassedOverSchema>;
