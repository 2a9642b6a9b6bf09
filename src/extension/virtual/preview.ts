import * as vscode from 'vscode';
import { actionsOf, type Finding, type Suggestion } from '../../core/findings/finding.ts';
import type { RepairAction } from '../../core/graph/repairs.ts';
import type { SessionJudgement } from '../../core/session/judgement/session-judgement.ts';
import { sha256 } from '../../files/sha256.ts';
import { branchesOf, BRANCHES_GONE, type BranchPair } from '../../operations/session/split-branches.ts';
import { splitTitle } from '../commands/split-branches.ts';
import type { ActionOutcome } from '../graph/actions.ts';
import { suggestionFingerprint } from '../../operations/by-hand/offered-suggestion.ts';
import { rowOfParent } from '../quickfix/quickfix.ts';
import { effectText, suggestionName } from '../quickfix/suggestion-text.ts';
import type { SessionHandle } from '../session/handle.ts';
import { listUri, type ListChoice } from '../session/session-uri.ts';

/**
 * Shows what a resume loads now and with a suggestion, beside each other. Nothing is written.
 * @param suggestion null: what each of the two sessions would load that a split writes
 */
export async function previewRepair(session: SessionHandle, finding: Finding, suggestion: Suggestion | null): Promise<ActionOutcome> {
  const { model } = session;
  if (suggestion !== null) {
    const name = suggestionName(suggestion, await rowOfParent(model.records, suggestion));
    const choice = { finding: finding.id, print: printOf(finding.id, suggestion) };
    return showLoaded(session, null, choice, `${effectText(suggestion)}: ${name}`);
  }
  const pair = await branchesOf(model, finding);
  return pair === null ? { kind: 'failed', ...BRANCHES_GONE } : showPair(session, pair);
}

/** Previews what a finding offers; asks which of it, where there is a choice. */
export async function previewFinding(session: SessionHandle, findingId: unknown): Promise<void> {
  const { model } = session;
  const finding = (await model.judgement.findings()).find(({ id }) => id === findingId);
  if (finding === undefined) {
    void vscode.window.showWarningMessage('This finding is gone: the session has changed.');
    return;
  }
  const items: (vscode.QuickPickItem & { readonly show: () => Promise<unknown> })[] = [];
  for (const suggestion of await model.judgement.suggestions(finding.id)) {
    const label = suggestionName(suggestion, await rowOfParent(model.records, suggestion)).replaceAll('$(', '$ (');
    items.push({ label, description: effectText(suggestion), show: () => previewRepair(session, finding, suggestion) });
  }
  const pair = await branchesOf(model, finding);
  if (pair !== null) items.push({ label: splitTitle(pair), show: () => showPair(session, pair) });
  const picked =
    items.length < 2
      ? items[0]
      : await vscode.window.showQuickPick(items, { placeHolder: 'Nothing is written: compare what a resume loads' });
  await picked?.show();
}

/** What a list of messages is to be shown with; null when it is no longer offered. */
export async function chosenActions(judgement: SessionJudgement, choice: ListChoice): Promise<readonly RepairAction[] | null> {
  if ('leaf' in choice) return [{ kind: 'choose-leaf', uuid: choice.leaf }];
  const offered = await judgement.suggestions(choice.finding);
  const chosen = offered.find((suggestion) => printOf(choice.finding, suggestion) === choice.print);
  return chosen === undefined ? null : actionsOf(chosen);
}

function showPair(session: SessionHandle, [one, other]: BranchPair): Promise<ActionOutcome> {
  const title = `One session loads ${one.effect.after}, the other ${other.effect.after} of ${one.effect.total} messages`;
  return showLoaded(session, { leaf: one.uuid }, { leaf: other.uuid }, title);
}

async function showLoaded({ uri }: SessionHandle, left: ListChoice | null, right: ListChoice, title: string): Promise<ActionOutcome> {
  const [before, after] = [left, right].map((choice) => listUri(uri, { choice }));
  await vscode.commands.executeCommand('vscode.diff', before, after, title, { preview: true });
  return { kind: 'done', message: '' };
}

/** Names a suggestion in an address; what it brings is part of it. */
function printOf(findingId: string, suggestion: Suggestion): string {
  return sha256(new TextEncoder().encode(suggestionFingerprint(findingId, suggestion))).slice(0, 16);
}
