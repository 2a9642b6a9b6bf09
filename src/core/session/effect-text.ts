/** What a resume loads, in the words that every surface uses. Other loaders are named where they load otherwise than the primary one. */
import { otherEffects, otherFigures, type LoaderFigures, type ResumeEffect, type ResumeFigures } from '../loaders/resume-figures.ts';
import { titleWithVersion } from '../loaders/loader.ts';
import type { RepairKind } from '../graph/repairs.ts';

/**
 * What a repair brings: "loads 12 → 115 of 115 in Claude Code 2.1.332 (Claude Agent SDK: 115 as before)".
 * @param kind of the one that brings it: another end loads other messages, also where it loads as many
 */
export function effectText(effect: ResumeEffect, kind: RepairKind | null = null): string {
  const { before, after, total } = effect;
  const where = ` in ${titleWithVersion(effect.loader)}${othersNote(effect)}`;
  if (after === before && kind === 'choose-leaf') return `loads ${after} of ${total}, others than now${where}`;
  if (after !== before) return `loads ${before} → ${after} of ${total}${where}`;
  const figures = `loads ${after} of ${total} as before${where}`;
  return hasEffect(effect) ? figures : `no effect on a resume: ${figures}`;
}

/** Whether a resume loads more or fewer messages than before, by any loader. */
export function hasEffect({ others, ...primary }: ResumeEffect): boolean {
  return [primary, ...others].some(({ before, after }) => before !== after);
}

/** What a repair brings by other loaders, in brackets; empty where that is the same. */
export function othersNote(effect: ResumeEffect): string {
  const parts = otherEffects(effect).map(({ loader, before, after }) =>
    before === after ? `${loader.title}: ${after} as before` : `${loader.title}: ${before} → ${after}`,
  );
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

/** What other loaders load of a session, a sentence for each; empty where that is the same. */
export function othersSentence(resume: ResumeFigures): string {
  return otherFigures(resume).map(loaderSentence).join(' ');
}

function loaderSentence({ loader, now, withRepairs, repaired }: LoaderFigures): string {
  const loads = `${capitalised(titleWithVersion(loader))} loads ${now}`;
  if (now === withRepairs && now === repaired) return `${loads} either way.`;
  if (now === withRepairs) return `${loads} now, ${repaired} after repair.`;
  const further = repaired === withRepairs ? '' : `, ${repaired} after repair`;
  return `${loads} of the file, ${withRepairs} of the copy${further}.`;
}

/** A title as it begins a sentence. */
export function capitalised(title: string): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}
