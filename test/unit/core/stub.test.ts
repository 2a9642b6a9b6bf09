/** Sessions without a message. */
import { describe, expect, it } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { user } from '../../resume/small.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { lines, SESSION } from '../../support/records.ts';

const note = (type: string, members: object = {}): string => `${JSON.stringify({ type, sessionId: SESSION, ...members })}\n`;
const findingsOf = async (text: string) => (await SessionAnalysis.open(memoryPorts(text))).judgement.findings();
const TITLE = note('custom-title', { customTitle: 'x' }) + note('mode', { mode: 'normal' });

describe('a session without a message', () => {
  it('whose notes speak of a talk is an error that shows what survives', async () => {
    const queue =
      note('queue-operation', { operation: 'enqueue', content: 'and the tests' }) + note('queue-operation', { operation: 'dequeue' });
    const [finding, ...others] = await findingsOf(TITLE + queue + note('last-prompt', { lastPrompt: 'Import March' }));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'session-stub', severity: 'error', repairable: false });
    expect(finding?.message).toMatch(/“Import March”.*“and the tests”/);
  });

  it('that was only opened is a note', async () =>
    expect(await findingsOf(TITLE)).toMatchObject([{ code: 'session-stub', severity: 'info' }]));

  it('is none where something was said', async () => expect(await findingsOf(TITLE + lines([user(1, null)]))).toEqual([]));
});
