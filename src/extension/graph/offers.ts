import { repairTitle } from '../../core/repair/action-text.ts';
import type { SessionView } from '../../core/session/travel/session-travel.ts';
import { suggestionFingerprint } from '../../operations/by-hand/offered-suggestion.ts';
import type { OfferedSuggestion } from '../../protocol/messages.ts';
import { recordRef } from './record-ref.ts';

/** The suggestions of a finding with their parents in words, best first. */
export async function offeredSuggestions(
  { judgement, records }: Pick<SessionView, 'judgement' | 'records'>,
  findingId: string,
): Promise<readonly OfferedSuggestion[]> {
  const suggestions = await judgement.suggestions(findingId);
  return Promise.all(
    suggestions.map(async (suggestion) => ({
      suggestion,
      title: repairTitle(suggestion, suggestion.newParentLine),
      parent: suggestion.newParent === null ? null : await recordRef(records, suggestion.newParent),
      fingerprint: suggestionFingerprint(findingId, suggestion),
    })),
  );
}
