import type { OutboxEntry } from '../../core/log/append/outbox.ts';
import { OperationError } from '../operation.ts';
import type { LogPorts } from '../ports.ts';
import { listWaiting } from './list-waiting.ts';

/** Shorter beginnings of an id name nothing: they would be typed by mistake. */
const SHORTEST_ID = 4;

/**
 * Gives up one repair that waits; the outbox keeps a line that says so.
 * @param id of the repair, or at least four characters of its beginning
 * @returns what was given up
 * @throws OperationError `not-found`, `ambiguous`; StoreError
 */
export async function dropWaiting(ports: Pick<LogPorts, 'outbox'>, id: string): Promise<OutboxEntry> {
  const matches = (await listWaiting(ports, null)).filter(
    (entry) => id.length >= SHORTEST_ID && entry.event_id.startsWith(id.toLowerCase()),
  );
  const [only, ...others] = matches;
  if (only === undefined) throw new OperationError('not-found', `Nothing that waits has the id ${id}.`, 'riff outbox shows what waits.');
  if (others.length > 0) throw new OperationError('ambiguous', `${matches.length} repairs begin with ${id}.`, 'Give more of the id.');
  await ports.outbox.settle(only.draft.session_id, only.event_id, { kind: 'dropped' });
  return only;
}
