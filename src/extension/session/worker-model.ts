import type { ArrangementChoice } from '../../core/arrangement/arrangement.ts';
import type { LoaderId } from '../../core/loaders/loader.ts';
import type { Repairs } from '../../core/graph/repairs.ts';
import type { Severities } from '../../core/judge/severities.ts';
import type { SessionModel } from '../../core/session/model.ts';
import type { CancellableModel } from './handle.ts';
import type { SessionView } from '../../core/session/travel/session-travel.ts';
import { SessionWorker } from './worker-client.ts';
import type { PassedOver } from './worker-protocol.ts';
import { roleOver, viewOver, type Send } from './worker-roles.ts';

/** A worker that died this often is not started again: the file is more than it can hold. */
const MOST_RESTARTS = 3;

/** What becomes of a worker besides its answers, for the log. */
export interface WorkerReport {
  readonly restarted: () => void;
  readonly passedOver: (file: PassedOver) => void;
}

/**
 * A session's model in a worker thread. When the thread dies its waiting calls are rejected; the next call starts another,
 * with the repairs in force laid over it and the graphs arranged again.
 * @param entry absolute path of the worker's bundle
 * @param path absolute path of the transcript
 * @param report told of each restart, and of files beside the transcript that cannot be read
 * @param primary id of the primary loader; null: the file decides
 */
export function workerModel(entry: string, path: string, report: WorkerReport, primary: LoaderId | null = null): CancellableModel {
  let loader = primary;
  let worker = new SessionWorker(entry, path, loader, report.passedOver);
  let repairs: Repairs | null = null;
  let severities: Severities | null = null;
  const views = new Map<string, ArrangementChoice>();
  let restarts = 0;
  let isDisposed = false;

  const living = (): SessionWorker => {
    if (!worker.isEnded || isDisposed || restarts >= MOST_RESTARTS) return worker;
    restarts++;
    report.restarted();
    worker = new SessionWorker(entry, path, loader, report.passedOver);
    // Calls are answered in the order of changes: those that follow see the repairs.
    if (severities !== null) worker.call('updates', 'setSeverities', [severities]).catch(() => undefined);
    if (repairs !== null) worker.call('updates', 'applyRepairs', [repairs]).catch(() => undefined);
    for (const [view, choice] of views) worker.call('graph', 'arrange', [view, choice]).catch(() => undefined);
    worker.call('judgement', 'searchElsewhere', []).catch(() => undefined);
    return worker;
  };
  const sending =
    (signal?: AbortSignal): Send =>
    (role, method, args) =>
      living().call(role, method, args, null, signal);
  const at = async (other: Repairs): Promise<SessionView> => {
    const asked = living();
    const view = await asked.openView(other);
    return viewOver(
      (role, method, args) => asked.call(role, method, args, view),
      at,
      () => asked.closeView(view),
    );
  };
  const dispose = async (): Promise<void> => {
    isDisposed = true;
    await worker.terminate();
  };
  const modelOver = (send: Send): SessionModel => ({ ...viewOver(send, at, dispose), updates: roleOver('updates', send) });
  const model = modelOver(sending());
  return {
    ...model,
    graph: {
      ...model.graph,
      arrange: (view, choice) => {
        views.set(view, choice);
        return model.graph.arrange(view, choice);
      },
      closeView: (view) => {
        views.delete(view);
        return model.graph.closeView(view);
      },
    },
    updates: {
      ...model.updates,
      applyRepairs: (next) => {
        repairs = next;
        return model.updates.applyRepairs(next);
      },
      setPrimaryLoader: (next) => {
        loader = next;
        return model.updates.setPrimaryLoader(next);
      },
      setSeverities: (next) => {
        severities = next;
        return model.updates.setSeverities(next);
      },
    },
    until: (signal) => modelOver(sending(signal)),
  };
}
