import * as vscode from 'vscode';
import type { RepairPlan } from '../../core/session/analysis-types.ts';
import { planSafeRepairs } from '../../operations/session/plan-safe-repairs.ts';
import type { SessionHandle } from '../session/handle.ts';

/** Plans all safe repairs, and shows that other sessions are searched for it. */
export async function planUnderProgress({ model }: SessionHandle): Promise<RepairPlan> {
  const options = { location: vscode.ProgressLocation.Window, title: 'Looking for lost records in other sessions…' };
  return vscode.window.withProgress(options, () => planSafeRepairs(model));
}
