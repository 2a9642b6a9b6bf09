import { repairTitle } from '../../core/repair/action-text.ts';
import { titleWithVersion } from '../../core/loaders/loader.ts';
import { otherEffects, type ResumeEffect } from '../../core/loaders/resume-figures.ts';
import { capitalised, othersNote } from '../../core/session/effect-text.ts';
import type { ProposedRepair } from '../../core/session/analysis-types.ts';

/** Repairs of one session that are made together. */
export interface SessionPlan {
  /** What a person calls the session. */
  readonly name: string;
  readonly repairs: readonly ProposedRepair[];
  readonly effect: ResumeEffect;
}

/** Characters of a finding's message in a line of the plan. */
const MESSAGE_LENGTH = 90;

/** Plans as two texts that a diff editor shows side by side: one line a finding, as it is and as it will be. */
export function planTexts(plans: readonly SessionPlan[]): { before: string; after: string } {
  const before: string[] = [];
  const after: string[] = [];
  for (const { name, repairs, effect } of plans) {
    before.push(oneLine(name), loadsText(effect, 'before'));
    after.push(oneLine(name), loadsText(effect, 'after'));
    for (const { place, code, from, to } of findingLines(repairs)) {
      before.push(`${place}  ${from}  · ${code}`);
      after.push(`${place}  ${to}  · ${code}`);
    }
    before.push('');
    after.push('');
  }
  return { before: before.join('\n'), after: after.join('\n') };
}

function loadsText(effect: ResumeEffect, when: 'before' | 'after'): string {
  const others = otherEffects(effect).map((other) => ` ${capitalised(other.loader.title)}: ${other[when]}.`);
  return `${capitalised(titleWithVersion(effect.loader))} loads ${effect[when]} of ${effect.total} messages.${others.join('')}`;
}

/** What a plan brings, in one line: "12 → 115 of 115 messages in Claude Code 2.1.332". */
export function planFigures({ effect }: Pick<SessionPlan, 'effect'>): string {
  const { before, after, total } = effect;
  const figures = before === after ? `${after} as before` : `${before} → ${after}`;
  return `${figures} of ${total} message${total === 1 ? '' : 's'} in ${titleWithVersion(effect.loader)}${othersNote(effect)}`;
}

/** What changes stands before the code: side by side the two texts have little room. */
function findingLines(repairs: readonly ProposedRepair[]): { place: string; code: string; from: string; to: string }[] {
  const width = repairs.reduce((most, { finding }) => Math.max(most, String(finding.line).length), 0);
  return repairs.map(({ finding, suggestion }) => ({
    place: `line ${String(finding.line).padStart(width)}`,
    code: finding.code,
    from: finding.parentUuid === null ? shortened(oneLine(finding.message)) : `parent ${finding.parentUuid.slice(0, 8)}… (missing)`,
    to: `→ ${oneLine(repairTitle(suggestion, suggestion.newParentLine))} (${suggestion.confidence})`,
  }));
}

function shortened(text: string): string {
  const sentence = /^[^.:]*/.exec(text)?.[0] ?? text;
  return sentence.length <= MESSAGE_LENGTH ? sentence : `${sentence.slice(0, MESSAGE_LENGTH - 1)}…`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
}
