import type { RepairEvent } from '../core/log/event.ts';
import type { EventStore } from '../core/log/store.ts';

/** What is told of a log that is followed. */
export interface Follower {
  /** The log as it is, once. */
  start(events: readonly RepairEvent[]): void;
  /** Each event from then on, in order. @param events the whole log with it */
  event(event: RepairEvent, events: readonly RepairEvent[]): void;
}

/** Follows a log until Ctrl-C; no event is told twice or left out. */
export async function followLog(store: EventStore, sessionId: string, follower: Follower): Promise<void> {
  const events: RepairEvent[] = [];
  const early: RepairEvent[] = [];
  let isStarted = false;
  const arrived = (event: RepairEvent): void => {
    if (!isStarted) early.push(event);
    else if (event.seq === events.length + 1) {
      events.push(event);
      follower.event(event, events);
    }
  };
  // First the subscription: what is appended while the log is read must not be missed.
  const stop = await store.subscribe(sessionId, arrived);
  try {
    events.push(...(await store.events(sessionId)));
    follower.start([...events]);
    isStarted = true;
    for (const event of early) arrived(event);
    await interrupted();
  } finally {
    stop();
  }
}

/** Ctrl-C, or whoever started the command wants it to end. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      clearInterval(alive);
      resolve();
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
    // A store that is away for a while must not end the process.
    const alive = setInterval(() => undefined, 60_000);
  });
}
