import * as vscode from 'vscode';
import type { Finding } from '../../core/findings/finding.ts';
import { StoreError } from '../../core/log/store.ts';
import { REPAIRED_FILES } from '../../files/copies/repaired-files.ts';
import { refuseCopy } from '../../operations/session/refusal.ts';
import { branchesOf, BRANCHES_GONE, splitBranches, SplitInHalf, type BranchPair } from '../../operations/session/split-branches.ts';
import type { Written } from '../../operations/session/write-repaired-file.ts';
import type { ActionOutcome, GraphActions } from '../graph/actions.ts';
import type { Reporter } from '../log/output.ts';
import type { SessionHandle } from '../session/handle.ts';
import type { OpenSession } from '../session/open-session.ts';
import { refusalOf, showActionOutcome } from './dialogs/outcome.ts';
import { askToRepairFirst, notWritten, type RepairFirst } from './write-copy.ts';

/** "Split into two sessions…", with what each would load. */
export function splitTitle([loaded, left]: BranchPair): string {
  return `Split into two sessions… — one loads ${loaded.effect.after}, the other ${left.effect.after} of ${loaded.effect.total}`;
}

/** Writes a session for each branch after one question, and notes it in the log. */
export async function splitAfterQuestion(
  session: SessionHandle,
  finding: Finding,
  report: Reporter,
  repairFirst: RepairFirst,
): Promise<ActionOutcome> {
  const { uri, model } = session;
  const refusal = await refusalOf(refuseCopy(uri.fsPath, model, REPAIRED_FILES));
  if (refusal !== null) return refusal;
  if ((await askToRepairFirst(session, repairFirst, finding)) === 'cancelled') return { kind: 'cancelled' };
  const pair = await branchesOf(model, finding);
  if (pair === null) return { kind: 'failed', ...BRANCHES_GONE };
  if (!(await isWanted(pair))) return { kind: 'cancelled' };
  try {
    const { written, isNoted } = await splitBranches(uri.fsPath, finding, pair, {
      session: model,
      files: REPAIRED_FILES,
      readLog: () => session.readLog(),
      note: async (payload) => (await session.note(payload, '')).kind === 'done',
    });
    if (!isNoted) report.warn('Two sessions were written, but the log does not say so');
    offer(written);
    return { kind: 'done', message: '' };
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    if (!(cause instanceof SplitInHalf)) return notWritten(cause, report);
    const outcome = notWritten(cause.cause, report);
    if (outcome.kind !== 'failed') return outcome;
    return { ...outcome, message: `One of the two was written (${cause.written.sessionId}), the other was not: ${outcome.message}` };
  }
}

async function isWanted(pair: BranchPair): Promise<boolean> {
  const told = pair.map(({ line, effect }) => `${line === null ? 'the other branch' : `line ${line}`} and loads ${effect.after}`);
  const detail = `One continues from ${told[0]}, the other from ${told[1]} of ${pair[0].effect.total} messages. Both are new files beside this one, which stays as it is.`;
  const question = 'Write a session of its own for each of the two branches?';
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, 'Write Two Sessions')) !== undefined;
}

function offer(written: readonly Written[]): void {
  const told = written.map(({ sessionId, loads }) => `${sessionId.slice(0, 8)} loads ${loads}`).join(', ');
  vscode.window.showInformationMessage(`Two sessions written: ${told} messages.`, 'Open Both Graphs').then(
    async (choice) => {
      if (choice === undefined) return;
      for (const { path } of written) await vscode.commands.executeCommand('riff.openGraph', vscode.Uri.file(path));
    },
    () => undefined,
  );
}

/** The same, for a finding that a command names. */
export async function splitBranchesOf(session: OpenSession, actions: GraphActions, findingId: unknown): Promise<void> {
  const finding = (await session.model.judgement.findings()).find(({ id }) => id === findingId);
  if (finding === undefined) void vscode.window.showWarningMessage('This finding is gone: the session has changed.');
  else showActionOutcome(await actions.splitBranches(session, finding));
}
