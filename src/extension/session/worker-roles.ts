import type { SessionModel } from '../../core/session/model.ts';
import type { SessionTravel, SessionView } from '../../core/session/travel/session-travel.ts';
import { WORKER_CALLS, type Method, type Role, type WorkerArguments, type WorkerResult } from './worker-protocol.ts';

/** Has one call answered by the worker. */
export type Send = <R extends Role, M extends Method<R>>(role: R, method: M, args: WorkerArguments<R, M>) => Promise<WorkerResult<R, M>>;

/** A role of which each call is sent. */
export function roleOver<R extends Role>(role: R, send: Send): Pick<SessionModel[R], Method<R>> {
  const methods = Object.keys(WORKER_CALLS[role]) as Method<R>[];
  const calls = methods.map((method) => [method, (...args: WorkerArguments<R, typeof method>) => send(role, method, args)] as const);
  // The table has all methods of the role, and each is answered as the role says.
  return Object.fromEntries(calls) as unknown as Pick<SessionModel[R], Method<R>>;
}

/** What there is to look at, asked of the worker. @param at opens another position; @param dispose ends this one */
export function viewOver(send: Send, at: SessionTravel['at'], dispose: () => Promise<void>): SessionView {
  return {
    records: roleOver('records', send),
    graph: roleOver('graph', send),
    judgement: roleOver('judgement', send),
    trials: roleOver('trials', send),
    copies: roleOver('copies', send),
    travel: { ...roleOver('travel', send), at },
    sync: roleOver('sync', send),
    dispose,
  };
}
