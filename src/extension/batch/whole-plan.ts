import * as vscode from 'vscode';
import type { RepairPlan } from '../../core/session/analysis-types.ts';
import type { SessionHandle } from '../session/handle.ts';

/** All safe repairs, once other sessions were searched: what is lost here and stands there is put back, not bridged over. */
export async function wholePlan({ model }: SessionHandle): Promise<RepairPlan> {
  const options = { location: vscode.ProgressLocation.Window, title: 'Looking for lost records in other sessions…' };
  await vscode.window.withProgress(options, () => model.judgement.searchElsewhere());
  return model.trials.plan('high');
}
