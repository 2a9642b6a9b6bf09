import * as vscode from 'vscode';
import type { Finding, ResumeEffect } from '../../core/findings/finding.ts';
import type { RepairAction } from '../../core/repair/repairs.ts';
import type { SessionModel } from '../../core/session/model.ts';
import type { ActionOutcome, GraphActions } from '../graph/actions.ts';
import type { Reporter } from '../log/output.ts';
import type { SessionHandle } from '../session/handle.ts';
import type { OpenSession } from '../session/open-session.ts';
import { showActionOutcome } from './outcome.ts';
import { askToRepairFirst, notWritten, whyNoCopy, writeCopyBeside, type RepairFirst, type WrittenCopy } from './write-copy.ts';

/** The end of one of two branches. */
export interface BranchTip {
  readonly action: RepairAction;
  readonly uuid: string;
  /** 1-based; null where the record is not in the file. */
  readonly line: number | null;
  /** Messages that a resume loads when the session continues from here. */
  readonly effect: ResumeEffect;
}

/** Two branches that grew at the same time: the one that a resume loads, then the one that it does not. */
export type BranchPair = readonly [loaded: BranchTip, left: BranchTip];

/** What a branch choice is answered with when there is nothing to choose any more. */
export const BRANCHES_GONE: ActionOutcome = {
  kind: 'failed',
  message: 'These branches are no longer there: the session has changed.',
  remedy: 'Look at the finding again.',
};

/** The two branches of a finding, each as it would be loaded; null when it is not about branches, or gone. */
export async function branchesOf(model: SessionModel, finding: Finding): Promise<BranchPair | null> {
  const suggestions = await model.suggestions(finding.id);
  const left = suggestions.map(({ action }) => action).find((action) => action.kind === 'choose-leaf');
  if (left === undefined) return null;
  const loaded = (await model.chain()).documented.repaired.at(-1);
  if (loaded === undefined || loaded === left.uuid) return null;
  return [await tipAt(model, loaded), await tipAt(model, left.uuid)];
}

async function tipAt(model: SessionModel, uuid: string): Promise<BranchTip> {
  const action = { kind: 'choose-leaf', uuid } as const;
  const [effect, record] = await Promise.all([model.simulate([action]), model.record(uuid)]);
  return { action, uuid, line: record?.line ?? null, effect };
}

/** "Split into two sessions…", with what each would load. */
export function splitTitle([loaded, left]: BranchPair): string {
  return `Split into two sessions… — one loads ${loaded.effect.after}, the other ${left.effect.after} of ${loaded.effect.total}`;
}

/** Writes a session for each branch after one question, and notes it in the log. */
export async function splitBranches(
  session: SessionHandle,
  finding: Finding,
  report: Reporter,
  repairFirst: RepairFirst,
): Promise<ActionOutcome> {
  const refusal = whyNoCopy(session);
  if (refusal !== null) return refusal;
  if ((await askToRepairFirst(session, repairFirst)) === 'cancelled') return { kind: 'cancelled' };
  const pair = await branchesOf(session.model, finding);
  if (pair === null) return BRANCHES_GONE;
  if (!(await isWanted(pair))) return { kind: 'cancelled' };
  // What cannot be noted is not written.
  await session.readLog();
  const written: WrittenCopy[] = [];
  try {
    for (const { action } of pair) written.push(await writeCopyBeside(session, [action]));
  } catch (cause) {
    const outcome = notWritten(cause, report);
    const [first] = written;
    if (first === undefined || outcome.kind !== 'failed') return outcome;
    return { ...outcome, message: `One of the two was written (${first.id}), the other was not: ${outcome.message}` };
  }
  const split = written.map(({ id, loads }, i) => ({ session_id: id, leaf: pair[i]?.uuid ?? null, loads }));
  const noted = await session.note({ split_into: split, finding: finding.code, about: finding.uuid, line: finding.line }, '');
  if (noted.kind !== 'done') report.warn('Two sessions were written, but the log does not say so');
  offer(written);
  return { kind: 'done', message: '' };
}

async function isWanted(pair: BranchPair): Promise<boolean> {
  const told = pair.map(({ line, effect }) => `${line === null ? 'the other branch' : `line ${line}`} and loads ${effect.after}`);
  const detail = `One continues from ${told[0]}, the other from ${told[1]} of ${pair[0].effect.total} messages. Both are new files beside this one, which stays as it is.`;
  const question = 'Write a session of its own for each of the two branches?';
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, 'Write Two Sessions')) !== undefined;
}

function offer(written: readonly WrittenCopy[]): void {
  const told = written.map(({ id, loads }) => `${id.slice(0, 8)} loads ${loads}`).join(', ');
  vscode.window.showInformationMessage(`Two sessions written: ${told} messages.`, 'Open Both Graphs').then(
    async (choice) => {
      if (choice === undefined) return;
      for (const { uri } of written) await vscode.commands.executeCommand('riff.openGraph', uri);
    },
    () => undefined,
  );
}

/** The same, for a finding that a command names. */
export async function splitBranchesOf(session: OpenSession, actions: GraphActions, findingId: unknown): Promise<void> {
  const finding = (await session.model.findings()).find(({ id }) => id === findingId);
  if (finding === undefined) void vscode.window.showWarningMessage('This finding is gone: the session has changed.');
  else showActionOutcome(await actions.splitBranches(session, finding));
}
