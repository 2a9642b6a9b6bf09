import type { RepairEvent } from '../../core/log/event.ts';
import { readPosition, seqAt } from '../../core/log/position/position.ts';
import { replay, type LogState } from '../../core/log/replay.ts';
import type { LogPorts } from '../ports.ts';
import { SessionLog } from '../log-access/session-log.ts';

/** A log, or its beginning. */
export interface LogReading {
  /** By seq. */
  readonly events: readonly RepairEvent[];
  readonly state: LogState;
}

/** Which log, and up to which position: number of an event, name of a checkpoint, a time; undefined: all of it. */
export interface ReadLogInput {
  readonly sessionId: string;
  readonly to?: string | undefined;
}

/**
 * Reads the log of a session as the store has it; empty where nothing was logged.
 * @throws StoreError; LogError `damaged`, `no-position`
 */
export async function readLog({ store }: Pick<LogPorts, 'store'>, { sessionId, to }: ReadLogInput): Promise<LogReading> {
  const whole = store.mayHoldLogs() ? await SessionLog.read(await store.open(), sessionId) : { events: [], state: replay([]) };
  if (to === undefined) return whole;
  const events = whole.events.slice(0, seqAt(whole.events, readPosition(to)));
  return { events, state: replay(events) };
}
