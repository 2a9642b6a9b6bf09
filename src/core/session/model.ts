import type { SessionView } from './travel/session-travel.ts';
import type { SessionUpdates } from './updates/session-updates.ts';

/**
 * One session, indexed and analysed, with the repairs in force laid over it. Who works with it asks for the roles that it needs.
 * It runs in a worker in the editor and in-process in the command line; hence every answer is a promise of plain data.
 */
export interface SessionModel extends SessionView {
  readonly updates: SessionUpdates;
}
