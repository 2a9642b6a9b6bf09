import { basename } from 'node:path';
import * as vscode from 'vscode';
import { counted } from '../../core/count-text.ts';
import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import type { ProposedRepair } from '../../core/session/analysis-types.ts';
import { sayRepaired } from '../commands/repair-commands.ts';
import { showNotLogged } from '../commands/dialogs/outcome.ts';
import { underProgress } from '../commands/dialogs/progress.ts';
import { isSamePlan } from '../../operations/session/plan-safe-repairs.ts';
import type { ActionOutcome } from '../graph/actions.ts';
import type { BatchOutcome, SessionHandle } from '../session/handle.ts';
import type { PlanDocuments } from './plan-documents.ts';
import { planUnderProgress } from './plan-session.ts';
import { planFigures, planTexts, type SessionPlan } from './plan-text.ts';

const KEPT = 'Each repair is written to the log and can be taken back. The file stays as it is.';

/**
 * Makes all repairs of high confidence after one question, and tells what became of them.
 * @returns the same in short
 */
export async function repairAll(session: SessionHandle, documents: PlanDocuments): Promise<ActionOutcome> {
  const { repairs, effect } = await planUnderProgress(session);
  if (repairs.length === 0) {
    const message = 'There is nothing that can be repaired safely. Findings that need a decision have quick fixes of their own.';
    void vscode.window.showInformationMessage(message);
    return { kind: 'done', message };
  }
  const plan: SessionPlan = { name: basename(session.uri.path), repairs, effect };
  const isWanted = await documents.ask({
    title: `Make ${counted(repairs.length, 'safe repair')}?`,
    detail: `A resume loads ${planFigures(plan)}.\n\n${KEPT}`,
    name: `Repair Plan: ${plan.name.slice(0, 8)}`,
    ...planTexts([plan]),
  });
  if (!isWanted) return { kind: 'cancelled' };
  // The question may have stood open while file or log changed.
  if (!isSamePlan(repairs, (await session.model.trials.plan('high')).repairs)) {
    const message = 'The session has changed: nothing was repaired. Look at its findings again.';
    void vscode.window.showWarningMessage(message);
    return { kind: 'done', message };
  }
  const { done, stopped } = await makeAll(session, repairs, effect);
  const message = `${done.length} of ${counted(repairs.length, 'repair')} made.`;
  if (stopped !== null) await showNotLogged(session, stopped, message);
  else if (done.length > 0) await sayRepaired(session, done, done.length < repairs.length ? message : '');
  else void vscode.window.showInformationMessage('Cancelled: no repair was made.');
  return { kind: 'done', message };
}

/** Makes repairs one after the other, with progress; ends at the first that is refused, and where the user cancels. */
export async function makeAll(session: SessionHandle, repairs: readonly ProposedRepair[], effect: ResumeEffect): Promise<BatchOutcome> {
  return underProgress('Repairing session', (run) => session.repairAll(repairs, effect, run));
}
