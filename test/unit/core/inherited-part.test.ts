/** Sessions whose beginning stands in another file. */
import { describe, expect, it } from 'vitest';
import { NO_REPAIRS, withActions } from '../../../src/core/graph/repairs.ts';
import { actionsOf } from '../../../src/core/findings/finding.ts';
import { applyPatch } from '../../../src/core/patch/apply-patch.ts';
import type { ByteSource } from '../../../src/core/transcript/source.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { answer, boundary, summary, user } from '../../resume/small.ts';
import { present } from '../../support/expect-value.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { idOf, lines, SESSION, type RecordSpec } from '../../support/records.ts';

const COPY = '7d8e8f90-1111-4222-8333-444455556666';
const MODE = `${JSON.stringify({ type: 'mode', mode: 'normal', sessionId: SESSION })}\n`;
const talk = (from: number, to: number): RecordSpec[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i).map((n) => (n % 2 === 1 ? user : answer)(n, n === 1 ? null : n - 1));
const open = async (text: string, other: string): Promise<SessionAnalysis & { source: ByteSource }> => {
  const ports = memoryPorts(text, [{ file: 'older.jsonl', text: other, kind: 'session' }]);
  return Object.assign(await SessionAnalysis.open(ports), { source: ports.source });
};

describe('a session whose beginning stands in another file', () => {
  it.each([
    ['with its first record first', lines(talk(5, 8))],
    ['behind a line of its own', MODE + lines(talk(5, 8))],
  ])('%s gets it put in front', async (_, text) => {
    const analysis = await open(text, lines(talk(1, 4)));
    const finding = present((await analysis.judgement.findings())[0]);
    expect(finding).toMatchObject({ code: 'parent-in-other-session', severity: 'error' });
    const best = present((await analysis.judgement.suggestions(finding.id))[0]);
    expect(best).toMatchObject({ confidence: 'high', effect: { before: 4, after: 8 } });
    const parts: Uint8Array[] = [];
    await applyPatch(analysis.source, await analysis.copies.patch(COPY, actionsOf(best)), (piece) => {
      parts.push(piece.slice());
      return Promise.resolve();
    });
    const copy = Buffer.concat(parts).toString();
    const uuids = copy.split('\n').flatMap((line) => /"uuid":"([^"]+)"/.exec(line)?.[1] ?? []);
    expect(uuids).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => idOf(n)));
    expect(copy).not.toContain(SESSION);
    await analysis.updates.applyRepairs(withActions(NO_REPAIRS, actionsOf(best)));
    expect(await analysis.judgement.findings()).toEqual([]);
  });

  it('of more than fifty records gets all of them', async () => {
    const analysis = await open(lines(talk(201, 204)), lines(talk(1, 200)));
    const finding = present((await analysis.judgement.findings())[0]);
    const best = present((await analysis.judgement.suggestions(finding.id))[0]);
    expect(best.effect).toMatchObject({ before: 4, after: 204 });
  });

  it('that a compaction put aside needs nothing', async () => {
    const later = [...talk(5, 8), boundary(9, { logical: 8 }), summary(10, 9), user(11, 10), answer(12, 11)];
    const analysis = await open(lines(later), lines(talk(1, 4)));
    const findings = await analysis.judgement.findings();
    expect(findings).toMatchObject([{ code: 'parent-in-other-session', severity: 'info', repairable: false }]);
  });
});
