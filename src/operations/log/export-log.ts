import { OperationError } from '../operation.ts';
import type { ExportFormat, LogPorts } from '../ports.ts';
import { readLog } from './read-log.ts';

/** `json` can be imported; `md` and `csv` are for people. */
export const EXPORT_FORMATS = ['json', 'md', 'csv'] as const satisfies readonly ExportFormat[];

export interface ExportInput {
  readonly sessionId: string;
  readonly format: ExportFormat;
}

/** A log as one document. */
export interface ExportedLog {
  readonly text: string;
  /** Events in it. */
  readonly events: number;
}

/** Writes the log of a session as one document. @throws OperationError `nothing-logged`; StoreError; LogError `damaged` */
export async function exportLog(
  ports: Pick<LogPorts, 'store' | 'work' | 'identity'>,
  { sessionId, format }: ExportInput,
): Promise<ExportedLog> {
  const { events } = await readLog(ports, { sessionId });
  if (events.length === 0) throw new OperationError('nothing-logged', `Nothing was logged for ${sessionId}.`);
  return { text: await ports.work.export(sessionId, events, format, ports.identity.now()), events: events.length };
}
