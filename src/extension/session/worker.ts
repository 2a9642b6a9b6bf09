/** A session's worker thread: hosts the analysis, so that the extension host never waits for it. */
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { withPrimary } from '../../core/loaders/loader.ts';
import { LOADERS } from '../../core/loaders/loaders.ts';
import { NO_REPAIRS, type Repairs } from '../../core/graph/repairs.ts';
import { SessionAnalysis } from '../../core/session/session-analysis.ts';
import { filePorts, ownSurroundings } from '../../files/file-analysis.ts';
import { whyUnreadable } from '../../files/regular-file.ts';
import type { SessionView } from '../../core/session/travel/session-travel.ts';
import {
  isInTurn,
  ViewRequestSchema,
  WorkerDataSchema,
  WorkerRequestSchema,
  type PassedOver,
  type Role,
  type ViewRequest,
  type WorkerReply,
  type WorkerCall,
} from './worker-protocol.ts';
import { packed } from './worker-transfer.ts';

function serve(): void {
  const port = parentPort;
  if (port === null) throw new Error('This module runs as a worker thread only.');
  const { path, loader } = v.parse(WorkerDataSchema, workerData);
  const around = ownSurroundings((passedOver, error) => {
    port.postMessage({ passedOver, reason: whyUnreadable(error) } satisfies PassedOver);
  });
  const opening = SessionAnalysis.open(filePorts(path, around), NO_REPAIRS, 'near', withPrimary(LOADERS, loader));
  // Each call reports the failure; without one there is nobody to tell.
  opening.catch(() => undefined);
  let changes: Promise<unknown> = Promise.resolve();
  const waiting = new Set<number>();
  const views = new Map<number, SessionView>();

  const run = async (request: WorkerCall | ViewRequest): Promise<unknown> => {
    const analysis = await opening;
    if ('open' in request) return changeView(views, analysis, request);
    // A view that is closed while a call waits still answers that call.
    const asked = request.view === null ? analysis : views.get(request.view);
    if (asked === undefined) throw new Error('What is looked at has changed; look again.');
    // What came in while the thread was busy may say that nobody waits any more. Changes are made whoever waits.
    if (!isInTurn(request)) {
      await setImmediate();
      if (!waiting.has(request.id)) throw new Error('Nobody waits for this any more.');
    }
    return call(asked, request);
  };
  const answer = async (message: unknown): Promise<void> => {
    const request = v.parse(v.union([ViewRequestSchema, WorkerRequestSchema]), message);
    if ('cancel' in request) {
      waiting.delete(request.cancel);
      return;
    }
    waiting.add(request.id);
    try {
      const result =
        'method' in request && isInTurn(request)
          ? (changes = changes.then(
              () => run(request),
              () => run(request),
            ))
          : run(request);
      const { value, transfer } = packed(await result);
      port.postMessage({ id: request.id, ok: true, value } satisfies WorkerReply, transfer);
    } catch (error) {
      port.postMessage({ id: request.id, ok: false, error: describe(error) } satisfies WorkerReply);
    } finally {
      waiting.delete(request.id);
    }
  };
  // A malformed message has no id to answer: it ends the worker, and the client tells its callers.
  port.on('message', (message: unknown) => void answer(message).catch(endWith));
}

async function changeView(views: Map<number, SessionView>, analysis: SessionAnalysis, { view, open }: ViewRequest): Promise<null> {
  if (open === null) views.delete(view);
  else views.set(view, await analysis.travel.at(open as Repairs));
  return null;
}

/** The compiler has checked the arguments where the client's typed call was written; both ends are of one build. */
function call(session: SessionView, { role, method, args }: WorkerCall): Promise<unknown> {
  const roles = session as unknown as Readonly<
    Record<Role, Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>> | undefined>
  >;
  const answering = roles[role];
  const answer = answering?.[method];
  if (answer === undefined) throw new Error(`Another position of the log has no ${role}.${method}.`);
  return answer.apply(answering, args);
}

function describe(error: unknown): { message: string; code: string | null } {
  if (!(error instanceof Error)) return { message: String(error), code: null };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { message: error.message, code };
}

function endWith(error: unknown): void {
  // Thrown outside of any promise, it ends the thread with an 'error' event.
  process.nextTick(() => {
    throw error;
  });
}

serve();
