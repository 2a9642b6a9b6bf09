import type { LogPorts } from '../../operations/ports.ts';
import type { Reporter } from '../log/output.ts';
import type { ReportDocuments } from './report-documents.ts';

/** What the commands of the repair log work with. */
export interface RepairPorts extends Pick<LogPorts, 'store' | 'heads' | 'work' | 'identity'> {
  readonly reports: ReportDocuments;
  readonly report: Reporter;
}
