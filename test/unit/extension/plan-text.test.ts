import { expect, test } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { planFigures, planTexts, type SessionPlan } from '../../../src/extension/batch/plan-text.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, lines } from '../../support/records.ts';

async function planOf(name: string, content: string): Promise<SessionPlan> {
  const session = await SessionAnalysis.open(memoryPorts(content));
  return { name, ...(await session.trials.plan('high')) };
}

const lost = lines(conversation(20).filter(({ id }) => id !== idOf(9)));
/** The line break behind the sixth record is gone. */
const joined = lines(conversation(20)).replace(/((?:.*\n){5}.*)\n/, '$1');

test('the plan of a session has a line a finding, the same place on both sides', async () => {
  const { before, after } = planTexts([await planOf('a.jsonl', lost)]);
  expect(before).toBe(
    'a.jsonl\nClaude Code 2.1.332 loads 19 of 19 messages. Claude Agent SDK: 10.\nline 10  parent 00000000… (missing)  · orphan-parent-missing\n',
  );
  expect(after).toBe(
    'a.jsonl\nClaude Code 2.1.332 loads 19 of 19 messages. Claude Agent SDK: 19.\nline 10  → Continue from line 9 (high)  · orphan-parent-missing\n',
  );
});

test('the plan of a folder has one part a session', async () => {
  const plans = [await planOf('a.jsonl', lost), await planOf('deep/b.jsonl', joined)];
  const { before, after } = planTexts(plans);
  expect(before.split('\n').length).toBe(after.split('\n').length);
  expect(after).toContain('deep/b.jsonl\n');
  expect(after).toMatch(/line 6 {2}→ Give each whole record of this line a line of its own \(high\) {2}· line-concatenated/);
  expect(plans.map(planFigures)[0]).toBe('19 as before of 19 messages in Claude Code 2.1.332 (Claude Agent SDK: 10 → 19)');
});

test('a name or a file cannot break out of its line', async () => {
  const { before } = planTexts([{ ...(await planOf('x', lost)), name: 'a\nline 1  fake\u202e.jsonl' }]);
  expect(before.split('\n')[0]).toBe('a line 1  fake .jsonl');
});
