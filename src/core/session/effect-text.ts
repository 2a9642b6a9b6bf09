/** What a resume loads by either model, in the words that every surface uses. Today's client is named only where it differs. */
import type { ResumeEffect } from '../findings/finding.ts';
import type { RepairKind } from '../repair/repairs.ts';
import type { ResumeFigures } from './analysis-types.ts';

/**
 * What a repair brings: "loads 12 → 115 of 115 (today's client: 115 as before)".
 * @param kind of the one that brings it: another end loads other messages, also where it loads as many
 */
export function effectText(effect: ResumeEffect, kind: RepairKind | null = null): string {
  const { before, after, total } = effect;
  if (after === before && kind === 'choose-leaf') return `loads ${after} of ${total}, others than now${clientNote(effect)}`;
  if (after !== before) return `loads ${before} → ${after} of ${total}${clientNote(effect)}`;
  const figures = `loads ${after} of ${total} as before${clientNote(effect)}`;
  return hasEffect(effect) ? figures : `no effect on a resume: ${figures}`;
}

/** Whether a resume loads more or fewer messages than before, by either model. */
export function hasEffect({ before, after, client }: ResumeEffect): boolean {
  return before !== after || client.before !== client.after;
}

/** What today's client makes of a repair, in brackets; empty where it loads what the documented loader does. */
export function clientNote({ before, after, client }: Pick<ResumeEffect, 'before' | 'after' | 'client'>): string {
  if (client.before === before && client.after === after) return '';
  return client.before === client.after
    ? ` (today's client: ${client.after} as before)`
    : ` (today's client: ${client.before} → ${client.after})`;
}

/** What today's client loads of a session, as a sentence; empty where it loads what the documented loader does. */
export function clientSentence(resume: ResumeFigures): string {
  const { client } = resume;
  if (client.now === resume.now && client.withRepairs === resume.withRepairs && client.repaired === resume.repaired) return '';
  const { now, withRepairs, repaired } = client;
  if (now === withRepairs && now === repaired) return `Today's client loads ${now} either way.`;
  if (now === withRepairs) return `Today's client loads ${now} now, ${repaired} after repair.`;
  const further = repaired === withRepairs ? '' : `, ${repaired} after repair`;
  return `Today's client loads ${now} of the file, ${withRepairs} of the copy${further}.`;
}
