import { expect, test } from 'vitest';
import { NO_REPAIRS } from '../../../../src/core/graph/repairs.ts';
import { SessionAnalysis } from '../../../../src/core/session/session-analysis.ts';
import { offeredSuggestion, suggestionFingerprint } from '../../../../src/operations/by-hand/offered-suggestion.ts';
import { agreedMarked, planMarked } from '../../../../src/operations/by-hand/plan-marked.ts';
import { agreedMove, planMove } from '../../../../src/operations/by-hand/plan-move.ts';
import { isSamePlan, planSafeRepairs } from '../../../../src/operations/session/plan-safe-repairs.ts';
import { present } from '../../../support/expect-value.ts';
import { memoryPorts } from '../../../support/memory-source.ts';
import { conversation, idOf, lines } from '../../../support/records.ts';

/** Two records are lost: their children, 10 and 20, are orphans. */
const broken = lines(conversation(30).filter(({ id }) => id !== idOf(9) && id !== idOf(19)));
const opened = (): Promise<SessionAnalysis> => SessionAnalysis.open(memoryPorts(broken));

async function repairFirst(session: SessionAnalysis): Promise<void> {
  await session.updates.applyRepairs({ ...NO_REPAIRS, parents: { [idOf(10)]: idOf(8) } });
}

test('marked records are repaired as they were planned, and not when the session has changed since', async () => {
  const session = await opened();
  const marked = await planMarked(session.trials, [idOf(10), idOf(3)]);
  expect([marked.repairs.map(({ finding }) => finding.uuid), marked.without]).toEqual([[idOf(10)], 1]);
  expect(await agreedMarked(session.trials, [idOf(10), idOf(3)], marked.fingerprint)).toEqual(marked);
  expect(await agreedMarked(session.trials, [idOf(20)], marked.fingerprint)).toBeNull();
  const none = await planMarked(session.trials, [idOf(3)]);
  expect(await agreedMarked(session.trials, [idOf(3)], none.fingerprint)).toBeNull();
  await repairFirst(session);
  expect(await agreedMarked(session.trials, [idOf(10), idOf(3)], marked.fingerprint)).toBeNull();
});

test('a move is made as it was tried, and not when it brings something else by now', async () => {
  const session = await opened();
  const move = await planMove(session.trials, idOf(10), idOf(8));
  if (move.kind === 'refused') throw new Error(move.reason);
  const asked = { uuid: idOf(10), parent: idOf(8), fingerprint: move.fingerprint };
  expect(await agreedMove(session.trials, asked)).toEqual(move.offered);
  expect(move.offered.suggestion.afterAll).toBe(move.effect.after);
  expect(await agreedMove(session.trials, { ...asked, parent: idOf(7) })).toBeNull();
  await repairFirst(session);
  expect(await agreedMove(session.trials, asked)).toBeNull();
  expect((await planMove(session.trials, idOf(8), idOf(8))).kind).toBe('refused');
});

test('a suggestion is taken as it was offered, and not when it is another by now', async () => {
  const session = await opened();
  const finding = present((await session.judgement.findings()).find(({ uuid }) => uuid === idOf(10)));
  const suggestion = present((await session.judgement.suggestions(finding.id))[0]);
  const fingerprint = suggestionFingerprint(finding.id, suggestion);
  expect(await offeredSuggestion(session.judgement, finding.id, fingerprint)).toEqual({ finding, suggestion });
  expect(await offeredSuggestion(session.judgement, finding.id, 'another')).toBeNull();
  expect(await offeredSuggestion(session.judgement, null, fingerprint)).toBeNull();
  await repairFirst(session);
  expect(await offeredSuggestion(session.judgement, finding.id, fingerprint)).toBeNull();
});

test('a plan is the same as long as it does the same to the same findings', async () => {
  const session = await opened();
  const { repairs } = await planSafeRepairs(session);
  expect(isSamePlan(repairs, (await planSafeRepairs(await opened())).repairs)).toBe(true);
  await repairFirst(session);
  expect(isSamePlan(repairs, (await planSafeRepairs(session)).repairs)).toBe(false);
});
