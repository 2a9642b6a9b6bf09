import * as vscode from 'vscode';
import { counted } from '../../core/count-text.ts';
import { effectBetween, type ResumeEffect } from '../../core/loaders/resume-figures.ts';
import type { RepairEvent } from '../../core/log/event.ts';
import { LogError } from '../../core/log/log-error.ts';
import { checkedName } from '../../core/log/position/checkpoints.ts';
import { repairsAfter, type RevertPlan } from '../../core/log/revert-plan.ts';
import { createCheckpoint } from '../../operations/log/create-checkpoint.ts';
import { carryOutRevert, planRevert, type RevertInput } from '../../operations/log/revert-events.ts';
import type { Run } from '../../operations/operation.ts';
import { askReason } from '../commands/dialogs/ask-reason.ts';
import { showNotLogged } from '../commands/dialogs/outcome.ts';
import { underProgress } from '../commands/dialogs/progress.ts';
import { currentOperator } from '../session/operator.ts';
import type { OpenSession } from '../session/open-session.ts';
import { revertQuestion } from './revert-text.ts';

/** From this many on, a revert shows how far it is. */
const SHOW_PROGRESS = 5;

/** Takes these events back, after a question where there are several or where a later event would be left behind. */
export async function revertEvents(session: OpenSession, events: readonly RepairEvent[]): Promise<void> {
  const seen = session.events.length;
  const plan = await planned(session, { kind: 'events', names: events.map(({ event_id }) => event_id) });
  const isSimple = plan.targets.length === 1 && plan.conflicts.length === 0;
  if (isSimple || (await agrees(session, plan))) await carryOut(session, plan, seen);
}

/** Makes the state what it was behind this event, by reverts. @param seq 0: the file without repairs */
export async function goBackTo(session: OpenSession, seq: number): Promise<void> {
  const seen = session.events.length;
  const plan = await planned(session, { kind: 'since', position: `${seq}` });
  if (plan.targets.length === 0) {
    void vscode.window.showInformationMessage('Nothing that is in force was changed since: there is nothing to take back.');
    return;
  }
  if (await agrees(session, plan)) await carryOut(session, plan, seen);
}

async function planned({ model, events }: OpenSession, input: RevertInput): Promise<RevertPlan> {
  const { sessionId } = await model.judgement.summary();
  return planRevert({ sessionId, events }, input);
}

async function agrees(session: OpenSession, plan: RevertPlan): Promise<boolean> {
  const { title, detail } = revertQuestion(plan, await effectOf(session, plan));
  return (await vscode.window.showWarningMessage(title, { modal: true, detail }, 'Take Back')) === 'Take Back';
}

/** What a resume of a repaired copy loads now, and once the plan is carried out. */
async function effectOf({ model, events }: OpenSession, plan: RevertPlan): Promise<ResumeEffect> {
  const view = await model.travel.at(repairsAfter(events, plan));
  try {
    return effectBetween((await model.judgement.summary()).resume, 'withRepairs', (await view.judgement.summary()).resume);
  } finally {
    await view.dispose();
  }
}

async function carryOut(session: OpenSession, plan: RevertPlan, seen: number): Promise<void> {
  const [first] = plan.targets;
  const reason = first === undefined ? undefined : await askReason({ kind: 'revert', event: first });
  if (reason === undefined) return;
  const acting = { operator: currentOperator(), reason };
  const total = plan.targets.length;
  const write = (run?: Run): ReturnType<OpenSession['write']> =>
    session.write(seen, (log) => carryOutRevert(log, plan, acting, () => Promise.resolve(session.model), run));
  const { done, stopped } = total < SHOW_PROGRESS ? await write() : await underProgress('Taking back', write);
  if (stopped !== null) await showNotLogged(session, stopped, done.length === 0 ? '' : `${done.length} of ${total} taken back.`);
  else vscode.window.setStatusBarMessage(`$(discard) ${counted(done.length, 'event')} taken back`, 5_000);
}

/** Gives the present state a name. */
export async function nameCheckpoint(session: OpenSession): Promise<void> {
  await session.readLog();
  const name = await vscode.window.showInputBox({
    title: 'Create Checkpoint',
    prompt: 'A name for the repairs as they are now: to look at them, compare with them and go back to them later.',
    placeHolder: 'before the merge',
    validateInput: (text) => {
      try {
        if (text.trim() !== '') checkedName(session.events, text);
        return null;
      } catch (cause) {
        if (cause instanceof LogError) return `${cause.message} ${cause.remedy}`;
        throw cause;
      }
    },
  });
  if (name === undefined || name.trim() === '') return;
  // What others wrote while the question stood open does not matter: the name is of the newest position.
  const input = { name, operator: currentOperator(), reason: '' };
  const { stopped } = await session.write(session.events.length, (log) => createCheckpoint(log, input, session.model));
  if (stopped !== null) await showNotLogged(session, stopped);
  else vscode.window.setStatusBarMessage(`$(bookmark) Checkpoint created`, 5_000);
}
