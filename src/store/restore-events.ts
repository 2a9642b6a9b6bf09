import type { EventDraft, RepairEvent } from '../core/log/event.ts';
import { makeEvent, type EventIdentity } from '../core/log/make-event.ts';
import { StoreError, type EventStore, type LogHead } from '../core/log/store.ts';
import type { Restore } from '../core/log/append-import.ts';
import { dataDirectory } from '../files/data-directory.ts';
import { HeadFiles } from '../files/head-files.ts';
import { sha256 } from '../files/sha256.ts';

/**
 * Gives what appends events as they were written elsewhere. A store that cannot do so by itself is opened once more, in a way
 * that gives each event the id, time and version that it has already.
 * @param serviceEntry path of `dist/service.cjs`
 * @throws StoreError
 */
export async function withRestore<T>(store: EventStore, serviceEntry: string, use: (restore: Restore) => Promise<T>): Promise<T> {
  if (store.restore !== undefined) return use(async (event) => (await store.restore?.(event)) ?? unreachable());
  const { LocalService } = await import('./local-service.ts');
  const { SurrealStore } = await import('./surreal-store.ts');
  let current: RepairEvent | null = null;
  const identity: EventIdentity = {
    now: () => Date.parse(current?.timestamp ?? ''),
    newId: () => current?.event_id ?? '',
    sha256,
    get engineVersion() {
      return current?.engine_version ?? '';
    },
  };
  const service = new LocalService({
    dataDir: dataDirectory(),
    serviceEntry,
    nodePath: process.execPath,
    nodeEnv: { ELECTRON_RUN_AS_NODE: '1' },
    startTimeoutMs: 30_000,
  });
  const restoring = new SurrealStore({
    connect: (onClose, signal) => service.connect(onClose, signal),
    onState: () => undefined,
    identity,
    callTimeoutMs: 30_000,
    batchTimeoutMs: 120_000,
  });
  const heads = new HeadFiles(dataDirectory());
  try {
    return await use(async (event) => {
      current = event;
      const before: LogHead = { seq: event.seq - 1, digest: event.prev_digest };
      const draft = draftOf(event);
      if (makeEvent(draft, before, identity).event_digest !== event.event_digest) throw notTheSame(event);
      const outcome = await restoring.append(draft, before);
      if (outcome.kind === 'appended') await heads.keep(event.session_id, [outcome.event]);
      return outcome;
    });
  } finally {
    await restoring.close();
  }
}

function draftOf(event: RepairEvent): EventDraft {
  const {
    event_id: _id,
    seq: _seq,
    timestamp: _time,
    engine_version: _version,
    prev_digest: _link,
    event_digest: _digest,
    ...draft
  } = event;
  return draft;
}

function notTheSame(event: RepairEvent): StoreError {
  return new StoreError(
    'invalid_data',
    `Event ${event.seq} cannot be written as it is.`,
    'Nothing of it was written; export the log again.',
  );
}

function unreachable(): never {
  throw new RangeError('a store that can restore stopped being able to');
}
