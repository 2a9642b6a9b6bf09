/** Prompts that were typed while the agent was busy and never became a message. */
import { describe, expect, it } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { answer, attachment, call, result, user } from '../../resume/small.ts';
import { present } from '../../support/expect-value.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { idOf, lines, SESSION } from '../../support/records.ts';

const note = (operation: string, content?: string): string =>
  `${JSON.stringify({ type: 'queue-operation', operation, timestamp: '2026-03-01T10:00:00.000Z', sessionId: SESSION, content })}\n`;

const CODE = 'prompt-never-sent';
const unsentIn = async (text: string) => {
  const analysis = await SessionAnalysis.open(memoryPorts(text));
  const findings = (await analysis.judgement.findings()).filter(({ code }) => code === CODE);
  return { analysis, findings };
};
const START = lines([user(1, null), call(2, 1)]);
const RESULT = lines([result(3, 2, 1)]);

describe('a prompt that was queued', () => {
  it('and delivered empty is told with its words, and put back before the answer', async () => {
    const text = START + note('enqueue', 'stop there') + RESULT + note('dequeue') + lines([{ ...user(4, 3), content: [] }, answer(5, 4)]);
    const { analysis, findings } = await unsentIn(text);
    expect(findings).toMatchObject([{ severity: 'warning', uuid: idOf(4) }]);
    expect(present(findings[0]).message).toContain('“stop there” (line 3)');
    const [best] = await analysis.judgement.suggestions(present(findings[0]).id);
    expect(present(best)).toMatchObject({ kind: 'restore', confidence: 'medium' });
    expect(present(best).effect.after).toBe(present(best).effect.before + 1);
  });

  it('twice for one empty message is put back in order', async () => {
    const queued = note('enqueue', 'one') + note('enqueue', 'two');
    const taken = note('dequeue') + note('dequeue');
    const { analysis, findings } = await unsentIn(START + queued + RESULT + taken + lines([{ ...user(4, 3), content: [] }, answer(5, 4)]));
    expect(present(findings[0]).message).toContain('2 prompts that you typed');
    const [best] = await analysis.judgement.suggestions(present(findings[0]).id);
    expect(present(best).effect.after).toBe(present(best).effect.before + 2);
  });

  it('and still waits at the end is a note', async () => {
    const { analysis, findings } = await unsentIn(START + RESULT + lines([answer(4, 3)]) + note('enqueue', 'are you there'));
    expect(findings).toMatchObject([{ severity: 'info', uuid: idOf(4) }]);
    const [best] = await analysis.judgement.suggestions(present(findings[0]).id);
    expect(present(best).effect.after).toBe(present(best).effect.before + 1);
  });

  it('and noted as part of a turn that does not hold it is told', async () => {
    const absorbed =
      START + note('enqueue', 'and the tests') + RESULT + note('remove', 'and the tests') + lines([answer(4, 3), user(5, 4)]);
    expect((await unsentIn(absorbed)).findings).toMatchObject([{ severity: 'info', uuid: idOf(3) }]);
  });

  it.each([
    ['said', START + note('enqueue', 'go on') + RESULT + note('dequeue') + lines([{ ...user(4, 3), content: 'go on' }, answer(5, 4)])],
    ['said without a note', START + note('enqueue', 'go on') + RESULT + lines([{ ...user(4, 3), content: 'go on' }, answer(5, 4)])],
    ['taken back', START + note('enqueue', 'go on') + RESULT + note('popAll', 'go on') + lines([answer(4, 3)])],
    ['a notice of the client', START + note('enqueue', '<task-notification>x</task-notification>') + RESULT],
    [
      'in the turn',
      START +
        note('enqueue', 'go on') +
        RESULT +
        note('remove', 'go on') +
        lines([attachment(4, 3, { keys: { attachment: { type: 'queued_command', prompt: 'go on' } } }), answer(5, 4), user(6, 5)]),
    ],
  ])('and %s is none', async (_, text) => {
    expect((await unsentIn(text)).findings).toEqual([]);
  });
});
