import { checkpointsOf, type Checkpoint } from '../../core/log/position/checkpoints.ts';
import type { LogPorts } from '../ports.ts';
import { readLog } from './read-log.ts';

/** The checkpoints of a session that are in force, oldest first. @throws StoreError; LogError `damaged` */
export async function listCheckpoints(ports: Pick<LogPorts, 'store'>, sessionId: string): Promise<Checkpoint[]> {
  return checkpointsOf((await readLog(ports, { sessionId })).events);
}
