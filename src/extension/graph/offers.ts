import type { Suggestion } from '../../core/findings/finding.ts';
import { actionTitle } from '../../core/repair/action-text.ts';
import type { SessionView } from '../../core/session/travel/session-travel.ts';
import type { OfferedSuggestion } from '../../protocol/messages.ts';
import { recordRef } from './record-ref.ts';

/**
 * What the user decides upon when they choose a suggestion: what is done and what it brings. The decision is refused
 * when any of it is no longer so. Opaque to the page.
 */
export function suggestionFingerprint(findingId: string, suggestion: Suggestion): string {
  const { action, effect } = suggestion;
  return JSON.stringify([findingId, action, effect.before, effect.after, effect.total]);
}

/** The suggestions of a finding with their parents in words, best first. */
export async function offeredSuggestions(
  { judgement, records }: Pick<SessionView, 'judgement' | 'records'>,
  findingId: string,
): Promise<readonly OfferedSuggestion[]> {
  const suggestions = await judgement.suggestions(findingId);
  return Promise.all(
    suggestions.map(async (suggestion) => ({
      suggestion,
      title: actionTitle(suggestion.action, suggestion.newParentLine),
      parent: suggestion.newParent === null ? null : await recordRef(records, suggestion.newParent),
      fingerprint: suggestionFingerprint(findingId, suggestion),
    })),
  );
}
