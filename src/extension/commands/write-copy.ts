import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ProposedRepair } from '../../core/session/proposals.ts';
import { CopyError } from '../../files/copy-error.ts';
import { writeCopy } from '../../files/write-copy.ts';
import { isAgentFile } from '../../files/sibling-files.ts';
import { count } from '../diagnostics/finding-text.ts';
import type { ActionOutcome } from '../graph/actions.ts';
import type { Reporter } from '../log/output.ts';
import type { SessionHandle } from '../session/handle.ts';

/** Makes planned repairs; resolves to whether all were made. */
export type RepairFirst = (repairs: readonly ProposedRepair[]) => Promise<boolean>;

/** Writes the session with the repairs in force beside its file, under a new id, and offers to open it. */
export async function writeRepairedCopy(session: SessionHandle, report: Reporter, repairFirst: RepairFirst): Promise<ActionOutcome> {
  const source = session.uri.fsPath;
  if (isAgentFile(source)) {
    return {
      kind: 'failed',
      message: 'This is the file of a subagent: no client resumes it by itself.',
      remedy: 'Write a copy of the session it belongs to.',
    };
  }
  if ((await askToRepairFirst(session, repairFirst)) === 'cancelled') return { kind: 'cancelled' };
  const id = randomUUID();
  const target = join(dirname(source), `${id}.jsonl`);
  try {
    const { model } = session;
    const [transcript, patch, result] = await Promise.all([model.fingerprint(), model.copyPatch(id), model.copyExpectation(id)]);
    await writeCopy(source, target, patch, { transcript, result });
    const { resume } = await session.model.summary();
    report.info(`Wrote a repaired copy, ${patch.edits.length} edits`);
    offerCopy(
      vscode.Uri.file(target),
      id,
      `Repaired copy written: a resume loads ${result.chain.length} of ${count(resume.total, 'message')}. Resume it with "claude --resume ${id}".`,
    );
    return { kind: 'done', message: '' };
  } catch (cause) {
    report.error('Writing a repaired copy', cause);
    if (cause instanceof CopyError) return { kind: 'failed', message: cause.message, remedy: cause.remedy };
    const message = cause instanceof Error ? cause.message : String(cause);
    return {
      kind: 'failed',
      message: `The copy was not written: ${message}`,
      remedy: 'The session itself is untouched. "Riff: Show Log Output" says more.',
    };
  }
}

async function askToRepairFirst(session: SessionHandle, repairFirst: RepairFirst): Promise<'go' | 'cancelled'> {
  const { repairs, effect } = await session.model.plan('high');
  if (repairs.length === 0) return 'go';
  const [have, them] = repairs.length === 1 ? ['has', 'it'] : ['have', 'them'];
  const choice = await vscode.window.showInformationMessage(
    `${count(repairs.length, 'safe repair')} ${have} not been made yet.`,
    {
      modal: true,
      detail: `A copy without ${them} loads ${effect.before} of ${count(effect.total, 'message')}, with ${them} ${effect.after}. Each repair is written to the log and can be taken back.`,
    },
    'Repair and Write',
    'Write As It Is',
  );
  if (choice === undefined) return 'cancelled';
  return choice === 'Write As It Is' || (await repairFirst(repairs)) ? 'go' : 'cancelled';
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
