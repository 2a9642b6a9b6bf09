import * as vscode from 'vscode';
import type { ReasonQuestion } from '../../graph/actions.ts';
import { effectText, suggestionName } from '../../quickfix/suggestion-text.ts';

const WHEN = ['never', 'forLowConfidence', 'always'] as const;
type When = (typeof WHEN)[number];

/**
 * Asks for the reason of a repair or a revert where the setting `riff.askReason` demands it.
 * @returns the reason, which may be empty; undefined when the user changed their mind
 */
export async function askReason(question: ReasonQuestion): Promise<string | undefined> {
  if (!isAsked(whenToAsk(), question)) return '';
  const answer = await vscode.window.showInputBox({
    title: titleOf(question),
    prompt: 'Why? It is kept in the repair log. Enter does it, also without a reason; Escape leaves everything as it is.',
    ignoreFocusOut: true,
    placeHolder: 'Reason',
  });
  return answer?.trim();
}

function whenToAsk(): When {
  const chosen = vscode.workspace.getConfiguration('riff').get<unknown>('askReason');
  return WHEN.find((when) => when === chosen) ?? 'forLowConfidence';
}

function isAsked(when: When, question: ReasonQuestion): boolean {
  if (when !== 'forLowConfidence') return when === 'always';
  return question.kind === 'repair' && question.suggestion.confidence !== 'high';
}

function titleOf(question: ReasonQuestion): string {
  if (question.kind === 'revert') return `Take back the repair of ${question.event.timestamp.slice(0, 10)} by ${question.event.operator}`;
  const { suggestion } = question;
  return `${suggestionName(suggestion, null)} (${suggestion.confidence}) — ${effectText(suggestion)}`;
}
