import { setTimeout as delay } from 'node:timers/promises';
import { dataDirectory } from '../files/data/data-directory.ts';
import { isProcessAlive, readDiscovery, type ServiceDiscovery } from '../files/data/service-discovery.ts';
import type { ServicePort } from '../operations/store/store-ports.ts';

const ANSWER_MS = 3_000;

/** The process that keeps the store of this machine. */
export const LOCAL_SERVICE: ServicePort = {
  running: runningService,
  askToEnd: (pid) => {
    process.kill(pid, 'SIGTERM');
  },
  isAlive: isProcessAlive,
  wait: (ms) => delay(ms),
};

/** The service of the data directory; null when none answers. Its process id alone proves nothing: ids are used again. */
async function runningService(): Promise<ServiceDiscovery | null> {
  const found = await readDiscovery(dataDirectory());
  if (found === null || !isProcessAlive(found.pid)) return null;
  const { Connection } = await import('../store/connection/connection.ts');
  const { localAddress } = await import('../store/local/local-address.ts');
  try {
    const connection = await Connection.open(localAddress(found), ANSWER_MS, () => undefined);
    await connection.close();
    return found;
  } catch {
    // Whoever has that port does not know the secret, or nobody has it.
    return null;
  }
}
