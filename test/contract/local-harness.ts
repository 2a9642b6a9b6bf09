/**
 * The real service in a directory of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '../../src/core/log/store.ts';
import { isProcessAlive, readDiscovery } from '../../src/files/data/service-discovery.ts';
import { openLocalStore, type LocalStoreOptions } from '../../src/store/open-store.ts';
import { putService } from '../support/bundles.ts';
import { until } from './sample.ts';

export interface LocalHarness {
  readonly root: string;
  readonly dataDir: string;
  readonly serviceEntry: string;
  open(changes?: Partial<LocalStoreOptions>): Promise<EventStore>;
  pid(): Promise<number>;
  /** Ends the service, if one runs, and waits until it is gone. */
  stop(signal: NodeJS.Signals): Promise<void>;
  dispose(): Promise<void>;
}

export async function localHarness(): Promise<LocalHarness> {
  const root = await mkdtemp(join(tmpdir(), 'riff store ü '));
  const dataDir = join(root, 'data dir %20#?');
  await putService(join(root, 'dist'));
  const serviceEntry = join(root, 'dist', 'service.cjs');
  const pid = async (): Promise<number> => (await readDiscovery(dataDir))?.pid ?? 0;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    const running = await pid();
    if (running === 0 || !isProcessAlive(running)) return;
    process.kill(running, signal);
    await until(() => !isProcessAlive(running));
  };
  return {
    root,
    dataDir,
    serviceEntry,
    open: (changes) => openLocalStore({ dataDir, serviceEntry, nodeEnv: { RIFF_SERVICE_IDLE_SECONDS: '20' }, ...changes }),
    pid,
    stop,
    dispose: async () => {
      await stop('SIGKILL');
      await rm(root, { recursive: true, force: true });
    },
  };
}
