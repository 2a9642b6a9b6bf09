import { describe, expect, it } from 'vitest';
import type { Suggestion } from '../../../src/core/findings/finding.ts';
import type { SessionSummary } from '../../../src/core/session/analysis-types.ts';
import { CLAUDE_AGENT_SDK } from '../../../src/core/loaders/claude-agent-sdk/loader.ts';
import { CLAUDE_CODE } from '../../../src/core/loaders/claude-code/loader.ts';
import { nameOf } from '../../../src/core/loaders/loader.ts';
import type { LoaderFigures, ResumeEffect, ResumeFigures } from '../../../src/core/loaders/resume-figures.ts';
import { resumeSentence } from '../../../src/extension/diagnostics/finding-text.ts';
import { effectText } from '../../../src/extension/quickfix/suggestion-text.ts';

function summary(
  now: number,
  withRepairs: number,
  repaired: number,
  total: number,
  activeRepairs = 0,
  beforeCompaction = 0,
  byOther: Partial<LoaderFigures> = {},
): SessionSummary {
  const others = [{ loader: nameOf(CLAUDE_AGENT_SDK), now, withRepairs, repaired, ...byOther }];
  const resume: ResumeFigures = { loader: nameOf(CLAUDE_CODE), now, withRepairs, repaired, total, others };
  return { resume, activeRepairs, beforeCompaction } as SessionSummary;
}

describe('what a resume loads, in words', () => {
  it.each([
    [summary(115, 115, 115, 115), 'Claude Code 2.1.332 loads all 115 messages.'],
    [summary(12, 12, 115, 115), 'Claude Code 2.1.332 loads 12 of 115 messages now, 115 after repair.'],
    [
      summary(12, 115, 115, 115, 2),
      'Claude Code 2.1.332 loads 12 of 115 messages of the file, 115 of a copy with the repairs made so far.',
    ],
    [summary(12, 12, 115, 115, 1), 'Claude Code 2.1.332 loads 12 of 115 messages now, 115 after repair.'],
    [summary(114, 114, 114, 483, 0, 369), 'Claude Code 2.1.332 loads 114 messages. 369 more lie before the last compaction.'],
    [
      summary(7, 7, 145, 575, 0, 430),
      'Claude Code 2.1.332 loads 7 of 145 messages now, 145 after repair. 430 more lie before the last compaction.',
    ],
    [summary(7, 7, 7, 20), 'Claude Code 2.1.332 loads 7 of 20 messages now.'],
    [
      summary(12, 12, 115, 115, 0, 0, { now: 115, withRepairs: 115 }),
      'Claude Code 2.1.332 loads 12 of 115 messages now, 115 after repair. Claude Agent SDK 0.3.329 loads 115 either way.',
    ],
    [
      summary(12, 12, 115, 115, 0, 0, { now: 90, withRepairs: 90 }),
      'Claude Code 2.1.332 loads 12 of 115 messages now, 115 after repair. Claude Agent SDK 0.3.329 loads 90 now, 115 after repair.',
    ],
    [
      summary(12, 115, 115, 115, 2, 0, { now: 90 }),
      'Claude Code 2.1.332 loads 12 of 115 messages of the file, 115 of a copy with the repairs made so far. Claude Agent SDK 0.3.329 loads 90 of the file, 115 of the copy.',
    ],
  ])('%#', (figures, sentence) => expect(resumeSentence(figures)).toBe(sentence));
});

describe('what a suggestion brings, in words', () => {
  const suggestion = (before: number, after: number, afterAll: number, other = { before, after }): Suggestion => {
    const others = [{ loader: nameOf(CLAUDE_AGENT_SDK), ...other }];
    const effect: ResumeEffect = { loader: nameOf(CLAUDE_CODE), before, after, total: 115, others };
    return { effect, afterAll } as Suggestion;
  };

  it.each([
    [suggestion(12, 115, 115), 'loads 12 → 115 of 115 in Claude Code 2.1.332'],
    [suggestion(12, 12, 115), 'loads 12 of 115, 115 with all repairs, in Claude Code 2.1.332'],
    [suggestion(12, 12, 12), 'no effect on a resume: loads 12 of 115 as before in Claude Code 2.1.332'],
    [
      suggestion(12, 115, 115, { before: 115, after: 115 }),
      'loads 12 → 115 of 115 in Claude Code 2.1.332 (Claude Agent SDK: 115 as before)',
    ],
    [suggestion(12, 12, 12, { before: 12, after: 30 }), 'loads 12 of 115 as before in Claude Code 2.1.332 (Claude Agent SDK: 12 → 30)'],
    [
      suggestion(12, 12, 115, { before: 90, after: 90 }),
      'loads 12 of 115, 115 with all repairs, in Claude Code 2.1.332 (Claude Agent SDK: 90 as before)',
    ],
  ])('%#', (given, text) => expect(effectText(given)).toBe(text));
});
