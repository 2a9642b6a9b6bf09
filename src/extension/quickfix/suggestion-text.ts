import type { Suggestion } from '../../core/findings/finding.ts';
import { repairTitle } from '../../core/repair/action-text.ts';
import { titleWithVersion } from '../../core/loaders/loader.ts';
import { effectText as plainEffect, othersNote } from '../../core/session/effect-text.ts';
import type { RecordRow } from '../../core/session/analysis-types.ts';

/** What a suggestion does, for titles: "Continue from line 148 · assistant". @param parent its row, where a new parent is named */
export function suggestionName(suggestion: Suggestion, parent: RecordRow | null): string {
  const { action, further, newParentLine } = suggestion;
  const title = repairTitle(suggestion, newParentLine);
  return action.kind === 'reparent' && further === undefined && parent !== null ? `${title} · ${rowName(parent)}` : title;
}

/** Label and tools of a row, short. The label comes from the transcript. */
export function rowName({ label, tools }: RecordRow): string {
  const first = tools
    .slice(0, 2)
    .map((tool) => tool.slice(0, 40))
    .join(', ');
  const more = tools.length > 2 ? `, +${tools.length - 2}` : '';
  return `${label.slice(0, 60)}${tools.length === 0 ? '' : ` (${first}${more})`}`;
}

/** What taking a suggestion brings. */
export function effectText({ effect, afterAll, kind }: Suggestion): string {
  const { before, after, total } = effect;
  if (after !== before || afterAll <= after) return plainEffect(effect, kind);
  return `loads ${after} of ${total}, ${afterAll} with all repairs, in ${titleWithVersion(effect.loader)}${othersNote(effect)}`;
}

/** One line for the menu of quick fixes: what, how sure, what it brings, why. */
export function suggestionTitle(suggestion: Suggestion, parent: RecordRow | null): string {
  const why = suggestion.reasons[0];
  return `${suggestionName(suggestion, parent)} (${suggestion.confidence}) — ${effectText(suggestion)}${why === undefined ? '' : `. ${why}`}`;
}
