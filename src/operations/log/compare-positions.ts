import { compareAt, type LogComparison } from '../../core/log/position/compare.ts';
import type { RepairEvent } from '../../core/log/event.ts';
import { readPosition } from '../../core/log/position/position.ts';
import type { LogPorts } from '../ports.ts';
import { readLog } from './read-log.ts';

/** Two positions of a log: each the number of an event (0: the file without repairs), the name of a checkpoint, a time, or `head`. */
export interface CompareInput {
  readonly sessionId: string;
  readonly from: string;
  /** It may be the earlier one. */
  readonly to: string;
}

/** What changed, and the log in which it did. */
export interface PositionComparison {
  readonly comparison: LogComparison;
  /** The whole log, by seq. */
  readonly events: readonly RepairEvent[];
}

/** Says what changed in the state of a session between two positions. @throws StoreError; LogError `damaged`, `no-position` */
export async function comparePositions(ports: Pick<LogPorts, 'store'>, { sessionId, from, to }: CompareInput): Promise<PositionComparison> {
  const { events } = await readLog(ports, { sessionId });
  return { comparison: compareAt(events, readPosition(from), readPosition(to)), events };
}
