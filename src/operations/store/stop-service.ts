import { OperationError } from '../operation.ts';
import type { ServicePort } from './store-ports.ts';

const END_MS = 15_000;
const POLL_MS = 50;

/**
 * Ends the process that keeps the store of this machine. Nothing is lost; whoever needs it next starts it again.
 * @returns its process id; null when it does not run
 * @throws OperationError `still-running` when it has not ended after a while
 */
export async function stopService(service: ServicePort): Promise<number | null> {
  const running = await service.running();
  if (running === null) return null;
  const { pid } = running;
  service.askToEnd(pid);
  for (let waited = 0; service.isAlive(pid); waited += POLL_MS) {
    if (waited > END_MS) {
      throw new OperationError(
        'still-running',
        `Process ${pid} was asked to end and still runs.`,
        'It may be finishing its work; look again in a moment.',
      );
    }
    await service.wait(POLL_MS);
  }
  return pid;
}
