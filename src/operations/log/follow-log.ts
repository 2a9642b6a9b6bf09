import type { RepairEvent } from '../../core/log/event.ts';
import type { LogPorts } from '../ports.ts';
import { SessionLog } from '../log-access/session-log.ts';

/** What is told of a log that is followed. */
export interface LogAudience {
  /** The log as it is, once. */
  start(events: readonly RepairEvent[]): void;
  /** Each event from then on, in order. @param events the log up to it */
  event(event: RepairEvent, events: readonly RepairEvent[]): void;
}

/**
 * Follows a log until the signal aborts; no event is told twice or left out.
 * @throws StoreError; LogError `damaged`
 */
export async function followLog(
  { store }: Pick<LogPorts, 'store'>,
  sessionId: string,
  audience: LogAudience,
  signal: AbortSignal,
): Promise<void> {
  let isStarted = false;
  const log = await SessionLog.follow(await store.open(), sessionId, {
    onChange: (added) => {
      // What comes before the start is part of it.
      if (isStarted) for (const event of added) audience.event(event, log.events.slice(0, event.seq));
    },
    // A store that is away for a while must not end it: the next event fills the gap.
    onFailure: () => undefined,
  });
  try {
    audience.start([...log.events]);
    isStarted = true;
    await aborted(signal);
  } finally {
    log.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
