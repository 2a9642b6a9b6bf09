import type { HeadKeeper } from '../../core/log/verify/heads.ts';
import type { Reporter } from '../log/output.ts';
import type { StoreAccess } from '../store/store-access.ts';
import type { LogTasks } from './log-tasks.ts';
import type { ReportDocuments } from './report-documents.ts';

/** What the commands of the repair log work with. */
export interface RepairPorts {
  readonly store: StoreAccess;
  readonly heads: HeadKeeper;
  readonly tasks: LogTasks;
  readonly reports: ReportDocuments;
  readonly report: Reporter;
}
