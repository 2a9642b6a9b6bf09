import type { OutboxEntry } from '../../core/log/append/outbox.ts';
import type { LogPorts } from '../ports.ts';

/** What waits for the store that is in use, oldest first. @param sessionId one session; null: all; @throws StoreError */
export async function listWaiting({ outbox }: Pick<LogPorts, 'outbox'>, sessionId: string | null): Promise<OutboxEntry[]> {
  const sessions = sessionId === null ? await outbox.sessions() : [sessionId];
  return (await Promise.all(sessions.map((id) => outbox.waiting(id)))).flat();
}
