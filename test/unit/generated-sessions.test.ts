/** Findings and repairs on generated sessions, whose damage is known: no false alarm, nothing missed, and a sound copy. */
import { describe, expect, test } from 'vitest';
import { actionsOf } from '../../src/core/findings/finding.ts';
import { applyPatch } from '../../src/core/patch/apply-patch.ts';
import { verifyCopy } from '../../src/core/patch/verify-copy.ts';
import { NO_REPAIRS } from '../../src/core/graph/repairs.ts';
import { SessionAnalysis } from '../../src/core/session/session-analysis.ts';
import type { AnalysisPorts } from '../../src/core/session/ports.ts';
import { damage } from '../generator/damage/damage.ts';
import { DAMAGE_CLASSES, ImpossibleDamage, type DamageClass, type DamageSpec, type DamageTruth } from '../generator/damage/spec.ts';
import { generateSession } from '../generator/session.ts';
import { CLIENTS, type Client, type GeneratedFile, type GeneratedSession } from '../generator/types.ts';
import { JUDGED_BY_SDK } from '../support/loaders.ts';
import { memoryPorts, memorySource } from '../support/memory-source.ts';
import { present } from '../support/expect-value.ts';

const SEEDS = [1, 2, 3, 4];
const COPY_ID = '99999999-8888-4777-8666-555555555555';
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function healthy(client: Client, seed: number, compactions: number): GeneratedSession {
  const features = { compactions, rewinds: seed % 3 === 0 ? 1 : 0, inlineSidechains: seed % 4 === 0 };
  return generateSession({ seed, client, records: 260, targetBytes: 150_000, features });
}

const SESSIONS = CLIENTS.flatMap((client) =>
  SEEDS.flatMap((seed) => [0, 2].map((compactions) => ({ client, seed, compactions, session: healthy(client, seed, compactions) }))),
);

function portsOf(files: readonly GeneratedFile[]): AnalysisPorts {
  const [main, ...others] = files;
  const siblings = others.map(({ path, bytes }) => {
    const kind = path.includes('agent-') ? ('agent' as const) : ('session' as const);
    return { file: path.split('/').at(-1) ?? path, text: decoder.decode(bytes), kind };
  });
  return memoryPorts(present(main).bytes, siblings);
}

/** Sessions with the damage, wherever it has a place. */
function damaged(specs: readonly DamageSpec[]): { name: string; files: readonly GeneratedFile[]; truth: readonly DamageTruth[] }[] {
  return SESSIONS.flatMap(({ client, seed, compactions, session }) => {
    try {
      const { files, truth } = damage(session, specs, seed);
      return [{ name: `${client}, seed ${seed}, ${compactions} compactions`, files, truth }];
    } catch (error) {
      if (error instanceof ImpossibleDamage) return [];
      throw error;
    }
  });
}

async function missed(analysis: SessionAnalysis, truth: readonly DamageTruth[]): Promise<string[]> {
  const findings = await analysis.judgement.findings();
  const isFound = ({ expectedCode, line, uuid }: DamageTruth): boolean =>
    findings.some((finding) => finding.code === expectedCode && finding.line === line && (uuid === null || finding.uuid === uuid));
  return truth
    .filter((one) => one.expectedCode !== null && !isFound(one))
    .map((one) => `${one.class} ${one.expectedCode} line ${one.line}`);
}

async function copyFaults(ports: AnalysisPorts, analysis: SessionAnalysis): Promise<string[]> {
  const actions = (await analysis.trials.plan('high')).repairs.flatMap(({ suggestion }) => actionsOf(suggestion));
  const parts: Uint8Array[] = [];
  await applyPatch(ports.source, await analysis.copies.patch(COPY_ID, actions), (piece) => {
    parts.push(piece.slice());
    return Promise.resolve();
  });
  return verifyCopy(memorySource(Buffer.concat(parts)), await analysis.copies.expectation(COPY_ID, actions));
}

/** One analysis answers for the findings and for the copy. */
async function expectFoundAndRepaired(name: string, files: readonly GeneratedFile[], truth: readonly DamageTruth[]): Promise<void> {
  const ports = portsOf(files);
  const analysis = await SessionAnalysis.open(ports);
  expect(await missed(analysis, truth), name).toEqual([]);
  expect(await copyFaults(ports, analysis), name).toEqual([]);
}

test('healthy sessions have no finding', async () => {
  for (const { client, seed, compactions, session } of SESSIONS) {
    const findings = await (await SessionAnalysis.open(portsOf(session.files))).judgement.findings();
    expect(findings, `${client}, seed ${seed}, ${compactions} compactions`).toEqual([]);
  }
});

describe('damage of one class is found where it is, and repaired to what was planned', () => {
  test.each(DAMAGE_CLASSES.filter((name) => name !== 'E8'))('%s', async (name: DamageClass) => {
    const cases = damaged([{ class: name }]);
    expect(cases.length).toBeGreaterThan(2);
    for (const { name: where, files, truth } of cases) await expectFoundAndRepaired(where, files, truth);
  });
});

test.each<[string, readonly DamageSpec[]]>([
  ['losses, a theft and spliced lines', [{ class: 'A1' }, { class: 'A2', count: 3 }, { class: 'E2' }, { class: 'E3' }]],
  ['a slice with losses and NUL bytes', [{ class: 'A4' }, { class: 'A2', count: 2 }, { class: 'E4' }]],
  ['lost results, a cycle and a torn tail', [{ class: 'C1' }, { class: 'D3' }, { class: 'E1' }]],
  ['a replay with lost records', [{ class: 'A2', count: 2 }, { class: 'D1' }]],
])('several classes at once: %s', async (_, specs) => {
  const cases = damaged(specs);
  expect(cases.length).toBeGreaterThan(1);
  for (const { name, files, truth } of cases) await expectFoundAndRepaired(name, files, truth);
});

test('what was written twice is left out, and losses around it are bridged, also where only both together bring the history back', async () => {
  const session = generateSession({ seed: 5, client: '2.1.29', records: 260, targetBytes: 300_000, features: { rewinds: 0 } });
  const { files } = damage(session, [{ class: 'D1' }, { class: 'A2', count: 2 }], 1);
  const { resume } = await (await SessionAnalysis.open(portsOf(files), NO_REPAIRS, 'everywhere', JUDGED_BY_SDK)).judgement.summary();
  expect(resume.now).toBeLessThan(resume.total);
  expect(resume.repaired).toBe(resume.total);
});
