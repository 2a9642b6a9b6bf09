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
  byClient: Partial<LoaderFigures> = {},
): SessionSummary {
  const others = [{ loader: nameOf(CLAUDE_CODE), now, withRepairs, repaired, ...byClient }];
  const resume: ResumeFigures = { loader: nameOf(CLAUDE_AGENT_SDK), now, withRepairs, repaired, total, others };
  return { resume, activeRepairs, beforeCompaction } as SessionSummary;
}

describe('what a resume loads, in words', () => {
  it.each([
    [summary(115, 115, 115, 115), 'A resume loads all 115 messages.'],
    [summary(12, 12, 115, 115), 'A resume loads 12 of 115 messages now, 115 after repair.'],
    [summary(12, 115, 115, 115, 2), 'A resume of the file loads 12 of 115 messages; a copy with the repairs made so far loads 115.'],
    [summary(12, 12, 115, 115, 1), 'A resume loads 12 of 115 messages now, 115 after repair.'],
    [summary(114, 114, 114, 483, 0, 369), 'A resume loads 114 messages. 369 more lie before the last compaction.'],
    [summary(7, 7, 145, 575, 0, 430), 'A resume loads 7 of 145 messages now, 145 after repair. 430 more lie before the last compaction.'],
    [summary(7, 7, 7, 20), 'A resume loads 7 of 20 messages now.'],
    [
      summary(12, 12, 115, 115, 0, 0, { now: 115, withRepairs: 115 }),
      "A resume loads 12 of 115 messages now, 115 after repair. Today's client loads 115 either way.",
    ],
    [
      summary(12, 12, 115, 115, 0, 0, { now: 90, withRepairs: 90 }),
      "A resume loads 12 of 115 messages now, 115 after repair. Today's client loads 90 now, 115 after repair.",
    ],
    [
      summary(12, 115, 115, 115, 2, 0, { now: 90 }),
      "A resume of the file loads 12 of 115 messages; a copy with the repairs made so far loads 115. Today's client loads 90 of the file, 115 of the copy.",
    ],
  ])('%#', (figures, sentence) => expect(resumeSentence(figures)).toBe(sentence));
});

describe('what a suggestion brings, in words', () => {
  const suggestion = (before: number, after: number, afterAll: number, client = { before, after }): Suggestion => {
    const others = [{ loader: nameOf(CLAUDE_CODE), ...client }];
    const effect: ResumeEffect = { loader: nameOf(CLAUDE_AGENT_SDK), before, after, total: 115, others };
    return { effect, afterAll } as Suggestion;
  };

  it.each([
    [suggestion(12, 115, 115), 'loads 12 → 115 of 115'],
    [suggestion(12, 12, 115), 'loads 12 of 115, 115 with all repairs'],
    [suggestion(12, 12, 12), 'no effect on a resume: loads 12 of 115 as before'],
    [suggestion(12, 115, 115, { before: 115, after: 115 }), "loads 12 → 115 of 115 (today's client: 115 as before)"],
    [suggestion(12, 12, 12, { before: 12, after: 30 }), "loads 12 of 115 as before (today's client: 12 → 30)"],
    [suggestion(12, 12, 115, { before: 90, after: 90 }), "loads 12 of 115, 115 with all repairs (today's client: 90 as before)"],
  ])('%#', (given, text) => expect(effectText(given)).toBe(text));
});
