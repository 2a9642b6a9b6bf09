import * as vscode from 'vscode';
import { actionsOf, type Finding } from '../../core/findings/finding.ts';
import { counted } from '../../core/count-text.ts';
import { titleWithVersion } from '../../core/loaders/loader.ts';
import type { RepairPlan } from '../../core/session/analysis-types.ts';
import { isResumable, lossesOf } from '../../core/patch/copy-losses.ts';
import { effectText } from '../../core/session/effect-text.ts';
import { CopyError } from '../../files/copies/copy-error.ts';
import { REPAIRED_FILES } from '../../files/copies/repaired-files.ts';
import { refuseCopy, SessionRefused } from '../../operations/session/refusal.ts';
import { writeCopy, writeTarget, type WriteTarget, type Written } from '../../operations/session/write-repaired-file.ts';
import { planUnderProgress } from '../batch/plan-session.ts';
import type { ActionOutcome } from '../graph/actions.ts';
import type { Reporter } from '../log/output.ts';
import type { SessionHandle } from '../session/handle.ts';
import { refusalOf, refused } from './dialogs/outcome.ts';

/** Makes planned repairs; resolves to whether all were made. */
export type RepairFirst = (session: SessionHandle, plan: RepairPlan) => Promise<boolean>;

/** Writes the session with the repairs in force beside its file, under a new id, and offers to open it. */
export async function writeRepairedCopy(session: SessionHandle, report: Reporter, repairFirst: RepairFirst): Promise<ActionOutcome> {
  const { uri, model } = session;
  const refusal = await refusalOf(refuseCopy(uri.fsPath, model, REPAIRED_FILES));
  if (refusal !== null) return refusal;
  if ((await askToRepairFirst(session, repairFirst)) === 'cancelled') return { kind: 'cancelled' };
  try {
    const target = await writeTarget(uri.fsPath, { kind: 'copy-beside' }, model, REPAIRED_FILES);
    const copy = await writeUnlessRefused(session, target);
    if (copy === null) return { kind: 'cancelled' };
    const { sessionId: id, path, loads, check } = copy;
    const { resume } = await model.judgement.summary();
    report.info('Wrote a repaired copy');
    offerCopy(
      vscode.Uri.file(path),
      id,
      `Repaired copy written: ${titleWithVersion(resume.loader)} loads ${loads} of ${counted(resume.total, 'message')}. ${isResumable(check) ? `Resume it with "claude --resume ${id}".` : lossesOf(check).join(' ')}`,
    );
    return { kind: 'done', message: '' };
  } catch (cause) {
    return notWritten(cause, report);
  }
}

/** Asks where a resume of the copy would load less than one of the session. @returns null when the user does not want such a copy */
async function writeUnlessRefused({ uri, model }: SessionHandle, target: WriteTarget): Promise<Written | null> {
  try {
    return await writeCopy(uri.fsPath, model, target, REPAIRED_FILES, false);
  } catch (cause) {
    if (!(cause instanceof SessionRefused) || cause.code !== 'loses') throw cause;
    const question = { modal: true, detail: `${cause.message} The session itself stays as it is.` };
    const choice = await vscode.window.showWarningMessage('Write this copy all the same?', question, 'Write Copy');
    return choice === undefined ? null : writeCopy(uri.fsPath, model, target, REPAIRED_FILES, true);
  }
}

/** Why a copy was not written, in words. */
export function notWritten(cause: unknown, report: Reporter): ActionOutcome {
  if (cause instanceof SessionRefused) return refused(cause);
  report.error('Writing a repaired copy', cause);
  if (cause instanceof CopyError) return { kind: 'failed', message: cause.message, remedy: cause.remedy };
  const message = cause instanceof Error ? cause.message : String(cause);
  return {
    kind: 'failed',
    message: `The copy was not written: ${message}`,
    remedy: 'The session itself is untouched. "Riff: Show Log Output" says more.',
  };
}

/**
 * Asks whether safe repairs that have not been made shall be made before a copy is written.
 * @param besides the finding that the writing itself settles: its repair would take away what there is to write
 */
export async function askToRepairFirst(
  session: SessionHandle,
  repairFirst: RepairFirst,
  besides: Finding | null = null,
): Promise<'go' | 'cancelled'> {
  const plan = await planBesides(session, besides);
  const { repairs, effect } = plan;
  if (repairs.length === 0) return 'go';
  const [have, them] = repairs.length === 1 ? ['has', 'it'] : ['have', 'them'];
  const choice = await vscode.window.showInformationMessage(
    `${counted(repairs.length, 'safe repair')} ${have} not been made yet.`,
    {
      modal: true,
      detail: `A copy ${effectText(effect)} with ${them}. Each repair is written to the log and can be taken back.`,
    },
    'Repair and Write',
    'Write As It Is',
  );
  if (choice === undefined) return 'cancelled';
  return choice === 'Write As It Is' || (await repairFirst(session, plan)) ? 'go' : 'cancelled';
}

async function planBesides(session: SessionHandle, besides: Finding | null): Promise<RepairPlan> {
  const plan = await planUnderProgress(session);
  const repairs = plan.repairs.filter(({ finding }) => finding.id !== besides?.id);
  if (repairs.length === plan.repairs.length) return plan;
  return { repairs, effect: await session.model.trials.simulate(repairs.flatMap(({ suggestion }) => actionsOf(suggestion))) };
}

function offerCopy(copy: vscode.Uri, id: string, message: string): void {
  vscode.window.showInformationMessage(message, 'Open Graph', 'Open as Text', 'Copy Command').then(
    async (choice) => {
      if (choice === 'Open Graph') await vscode.commands.executeCommand('riff.openGraph', copy);
      if (choice === 'Open as Text') await vscode.commands.executeCommand('riff.openText', copy);
      if (choice === 'Copy Command') await vscode.env.clipboard.writeText(`claude --resume ${id}`);
    },
    () => undefined,
  );
}
