import { flushOutbox } from '../../core/log/append/outbox.ts';
import type { LogPorts, WaitingPort } from '../ports.ts';

const NOTHING = { appended: [], conflicts: [] } as const;

/** What waits in an outbox; the store is opened only where something does. */
export function waitingInOutbox(ports: Pick<LogPorts, 'store' | 'outbox'>): WaitingPort {
  return {
    flush: async (sessionId) => {
      const { outbox, store } = ports;
      if ((await outbox.waiting(sessionId)).length === 0) return NOTHING;
      return flushOutbox(outbox, await store.open(), sessionId);
    },
    shown: (sessionId) => ports.outbox.waiting(sessionId),
    add: (sessionId, repairs) => ports.outbox.add(sessionId, repairs),
  };
}
