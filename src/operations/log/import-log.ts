import { appendImport } from '../../core/log/transfer/append-import.ts';
import type { RepairEvent } from '../../core/log/event.ts';
import type { ImportPlan } from '../../core/log/transfer/import.ts';
import type { Run } from '../operation.ts';
import type { LogPorts } from '../ports.ts';
import { readLog } from './read-log.ts';

export interface ImportInput {
  /** The exported file. */
  readonly text: string;
  /** Who imports: `user:NAME`, `agent:NAME` or `system:NAME`. */
  readonly operator: string;
}

/** What an import will bring. */
export interface PlannedImport {
  readonly plan: ImportPlan;
  /** Events that are new to the log. */
  readonly added: number;
  /** Operators of those events, each once. */
  readonly operators: readonly string[];
  /** The log that it was planned for, by seq. */
  readonly stored: readonly RepairEvent[];
}

/**
 * Checks all of an exported file and says what of it is new; writes nothing.
 * @throws LogError `bad-export`, `forked`, `damaged`; StoreError
 */
export async function planImport(ports: Pick<LogPorts, 'store' | 'work'>, { text, operator }: ImportInput): Promise<PlannedImport> {
  const exported = await ports.work.readExport(text);
  const { events: stored } = await readLog(ports, { sessionId: exported.sessionId });
  const plan = await ports.work.planImport(exported, stored, operator);
  const operators = plan.kind === 'riff' ? plan.events.map((event) => event.operator) : plan.drafts.map(({ draft }) => draft.operator);
  return { plan, added: operators.length, operators: [...new Set(operators)], stored };
}

/**
 * Appends what was planned.
 * @throws LogError `forked` when somebody else was first: what was taken in before stays; StoreError
 */
export async function carryOutImport(
  { store }: Pick<LogPorts, 'store'>,
  { plan, stored }: PlannedImport,
  { onProgress = () => undefined }: Run = {},
): Promise<void> {
  await appendImport(await store.open(), plan, stored, onProgress);
}
