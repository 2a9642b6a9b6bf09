/** Each stage of judging by itself, on a small session. */
import { expect, test } from 'vitest';
import { NO_REPAIRS } from '../../../src/core/graph/repairs.ts';
import { judge, judgeGrown } from '../../../src/core/judge/judge.ts';
import type { Subject } from '../../../src/core/judge/judgement.ts';
import { CORE_SEVERITIES } from '../../../src/core/judge/severities.ts';
import { judgeChains } from '../../../src/core/judge/stages/chains.ts';
import { judgeGraph } from '../../../src/core/judge/stages/graph.ts';
import { judgeLinks } from '../../../src/core/judge/stages/links.ts';
import { judgePlan } from '../../../src/core/judge/stages/plan.ts';
import { judgeRestores } from '../../../src/core/judge/stages/restores.ts';
import { judgeSurePlan } from '../../../src/core/judge/stages/sure-plan.ts';
import { Trials } from '../../../src/core/judge/trials.ts';
import { LOADERS } from '../../../src/core/loaders/loaders.ts';
import { GrowingTranscript } from '../../../src/core/transcript/growing-transcript.ts';
import { memorySource } from '../../support/memory-source.ts';
import { conversation, idOf, lines } from '../../support/records.ts';

const LOST = lines(conversation(20).filter(({ id }) => id !== idOf(9)));

async function subjectOf(text: string): Promise<Subject> {
  const file = await new GrowingTranscript(memorySource(new TextEncoder().encode(text))).read();
  return { file, repairs: NO_REPAIRS, elsewhere: new Map(), sessionId: 's', loaders: LOADERS, severities: CORE_SEVERITIES };
}

async function trialsOf(text: string): Promise<{ subject: Subject; trials: Trials }> {
  const subject = await subjectOf(text);
  const { asItStands, graph } = judgeGraph(subject);
  return { subject, trials: new Trials(subject, asItStands, graph) };
}

test('without repairs in force the graph is that of the file', async () => {
  const { asItStands, graph, index } = judgeGraph(await subjectOf(LOST));
  expect(graph).toBe(asItStands);
  expect(index.count).toBe(19);
});

test('each loader of the list has a chain; what the primary one loads is marked', async () => {
  const { trials } = await trialsOf(lines(conversation(6)));
  const { now, inForce, onChain } = judgeChains(trials);
  expect([...now.keys()].sort()).toEqual(LOADERS.list.map(({ id }) => id).sort());
  expect(inForce).toBe(now);
  expect([...onChain]).toEqual([1, 1, 1, 1, 1, 1]);
});

test('what was written twice can be left out without loss', async () => {
  const text = lines(conversation(4));
  const { subject, trials } = await trialsOf(text + text);
  const { restorations, splits, replays } = judgeRestores(subject, trials.inForce.graph);
  expect([restorations.size, splits.length]).toEqual([0, 0]);
  expect(replays).toMatchObject([{ kind: 'quarantine', lines: [[5, 8]] }]);
});

test('a broken record gets one link, which the sure plan and the plan take', async () => {
  const { subject, trials } = await trialsOf(LOST);
  const restores = judgeRestores(subject, trials.inForce.graph);
  const weighed = judgeLinks(restores, subject.elsewhere, trials);
  expect(weighed.map(({ links }) => links.length)).toEqual([1]);
  const { whole, links, sure, mended } = judgeSurePlan(weighed, trials);
  expect(mended.chain.visible.length).toBe(19);
  expect(trials.loadsNoLess(sure, trials.now)).toBe(true);
  const { plan, repaired } = judgePlan({ diagnoses: [], whole, links, restorations: restores.restorations }, trials);
  expect(plan).toEqual([]);
  expect(repaired).toBe(trials.inForce);
});

test('a session that is cut off by another beginning is judged anew', async () => {
  const before = judge(await subjectOf(lines(conversation(6))));
  const { file } = await subjectOf(lines(conversation(6).slice(0, 5)) + '{"torn');
  expect(judgeGrown(before, file)).toBeNull();
});
