import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { FINDING_CODES } from '../../../src/core/findings/finding.ts';
import { SEVERITY_LEVELS } from '../../../src/core/judge/severities.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, lines } from '../../support/records.ts';

const lost = lines(conversation(20).filter(({ id }) => id !== idOf(9)));

test('another severity of a code changes findings, counts, rows and overview', async () => {
  const session = await SessionAnalysis.open(memoryPorts(lost));
  await session.updates.setSeverities({ 'orphan-parent-missing': 'info' });
  expect((await session.judgement.findings()).map(({ severity }) => severity)).toEqual(['info']);
  expect((await session.judgement.summary()).findings).toEqual({ error: 0, warning: 0, info: 1 });
  expect((await session.graph.rows('a', 9, 1))[0]?.severity).toBe('info');
  expect((await session.graph.overview('a', 1)).findings).toEqual(Uint32Array.of(1, 0, 0));
});

test('what is off is neither shown nor repaired, and comes back', async () => {
  const session = await SessionAnalysis.open(memoryPorts(lost));
  await session.updates.setSeverities({ 'orphan-parent-missing': 'off' });
  expect(await session.judgement.findings()).toEqual([]);
  expect((await session.trials.plan('high')).repairs).toEqual([]);
  expect((await session.judgement.summary()).safeRepairs).toBe(0);
  await session.updates.setSeverities({});
  expect((await session.judgement.findings()).map(({ severity }) => severity)).toEqual(['error']);
});

test('the most severe come first by the severities of the user', async () => {
  const session = await SessionAnalysis.open(memoryPorts(`${lost}{"torn`));
  expect((await session.judgement.findings()).map(({ code }) => code)).toEqual(['orphan-parent-missing', 'line-torn']);
  await session.updates.setSeverities({ 'orphan-parent-missing': 'info', 'line-torn': 'error' });
  expect((await session.judgement.findings()).map(({ code }) => code)).toEqual(['line-torn', 'orphan-parent-missing']);
});

test('the setting knows every code and every level, and no other', () => {
  const Levels = v.object({ type: v.literal('string'), enum: v.array(v.string()) });
  const Manifest = v.object({
    contributes: v.object({
      configuration: v.object({
        properties: v.object({
          'riff.severity': v.object({ additionalProperties: v.literal(false), properties: v.record(v.string(), Levels) }),
        }),
      }),
    }),
  });
  const manifest = v.parse(Manifest, JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')));
  const { properties } = manifest.contributes.configuration.properties['riff.severity'];
  expect(Object.keys(properties)).toEqual([...FINDING_CODES]);
  for (const levels of Object.values(properties)) expect(levels.enum).toEqual([...SEVERITY_LEVELS]);
});
