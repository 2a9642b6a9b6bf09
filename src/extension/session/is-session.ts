import type { SessionSummary } from '../../core/session/analysis-types.ts';

/** Whether a file that was read holds a conversation. Of any other file nothing is said outside the graph. */
export function isSession({ rows, messages }: SessionSummary): boolean {
  return rows > 0 || messages > 0;
}
