import { join } from 'node:path';
import type { EventStore } from '../../core/log/store.ts';
import { dataDirectory } from '../../files/data/data-directory.ts';
import type { StateListener } from './store-access.ts';

/**
 * Opens the store on this machine. Its client is loaded now, not with the extension.
 * @param dist absolute path of the folder with the service's bundle
 */
export async function connectLocalStore(dist: string, onState: StateListener): Promise<EventStore> {
  const { openLocalStore } = await import('../../store/open-store.ts');
  return openLocalStore({ dataDir: dataDirectory(), serviceEntry: join(dist, 'service.cjs'), onState });
}
