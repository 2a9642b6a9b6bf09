import { describe, expect, it } from 'vitest';
import type { Suggestion } from '../../../src/core/findings/finding.ts';
import type { RepairEvent } from '../../../src/core/log/event.ts';
import type { SessionSummary } from '../../../src/core/session/analysis-types.ts';
import { resumeSentence } from '../../../src/extension/diagnostics/finding-text.ts';
import { effectText } from '../../../src/extension/quickfix/suggestion-text.ts';
import { revertEffect } from '../../../src/extension/session/revert-effect.ts';

function summary(
  now: number,
  withRepairs: number,
  repaired: number,
  total: number,
  activeRepairs = 0,
  beforeCompaction = 0,
): SessionSummary {
  return { resume: { now, withRepairs, repaired, total }, activeRepairs, beforeCompaction } as SessionSummary;
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
  ])('%#', (figures, sentence) => expect(resumeSentence(figures)).toBe(sentence));
});

describe('what a suggestion brings, in words', () => {
  const suggestion = (before: number, after: number, afterAll: number): Suggestion =>
    ({ effect: { before, after, total: 115 }, afterAll }) as Suggestion;

  it.each([
    [suggestion(12, 115, 115), 'loads 12 → 115 of 115'],
    [suggestion(12, 12, 115), 'loads 12 of 115, 115 with all repairs'],
    [suggestion(12, 12, 12), 'loads 12 of 115 as before'],
  ])('%#', (given, text) => expect(effectText(given)).toBe(text));
});

describe('the parent before and after a revert', () => {
  const event = (seq: number, parent: string, reverts: string | null = null): RepairEvent =>
    ({
      event_id: `e${seq}`,
      seq,
      event_type: reverts === null ? 'parent_repaired' : 'reverted',
      message_id: 'm',
      new_parent_uuid: parent,
      validation_passed: true,
      reverts_event_id: reverts,
      event_digest: `d${seq}`,
    }) as RepairEvent;
  const [a, b] = [event(1, 'A'), event(2, 'B')];

  it('falls back to the repair before, and to the file', () => {
    expect(revertEffect([a, b], b, 'file')).toEqual({ before: 'B', after: 'A' });
    expect(revertEffect([a, b], a, 'file')).toEqual({ before: 'B', after: 'B' });
    expect(revertEffect([a], a, 'file')).toEqual({ before: 'A', after: 'file' });
  });

  it('brings a repair back when its revert is reverted', () => {
    const revert = event(2, '', 'e1');
    expect(revertEffect([a, revert], revert, null)).toEqual({ before: null, after: 'A' });
  });
});
