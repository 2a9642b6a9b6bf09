import { actionsOf, type Finding, type Suggestion } from '../../core/findings/finding.ts';
import type { SessionJudgement } from '../../core/session/judgement/session-judgement.ts';

/** A suggestion of a finding. */
export interface Offered {
  readonly finding: Finding;
  readonly suggestion: Suggestion;
}

/**
 * What the user decides upon when they choose a suggestion: what is done and what it brings. The decision is refused when any of it has
 * changed.
 */
export function suggestionFingerprint(findingId: string, suggestion: Suggestion): string {
  const { effect } = suggestion;
  return JSON.stringify([findingId, actionsOf(suggestion), effect.before, effect.after, effect.total]);
}

/**
 * The suggestion that the user saw; null when it is no longer offered.
 * @param findingId untrusted, as is the fingerprint: both come from links and pages
 * @param index its 0-based place in the list that the user saw; null where they saw no list
 */
export async function offeredSuggestion(
  judgement: Pick<SessionJudgement, 'findings' | 'suggestions'>,
  findingId: unknown,
  fingerprint: unknown,
  index: number | null = null,
): Promise<Offered | null> {
  const finding = (await judgement.findings()).find(({ id }) => id === findingId);
  if (finding === undefined) return null;
  const suggestions = await judgement.suggestions(finding.id);
  const suggestion = suggestions.find(
    (one, place) => (index === null || place === index) && suggestionFingerprint(finding.id, one) === fingerprint,
  );
  return suggestion === undefined ? null : { finding, suggestion };
}
