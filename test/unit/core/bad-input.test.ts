import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { badInputs } from '../../generator/bad-input.ts';
import { createRandom } from '../../generator/random.ts';
import { checkInvariants } from '../../fuzz/invariants.ts';
import { mutate } from '../../fuzz/mutate.ts';
import { seeds } from '../../fuzz/seeds.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, lines, record } from '../../support/records.ts';

describe('nothing throws, answers do not vary, untouched bytes stay', () => {
  test.each(badInputs())('$name', async ({ bytes }) => {
    await checkInvariants(bytes, createRandom(1));
  });

  it('for spoilt sessions', async () => {
    const seed = seeds(undefined);
    // Always the same ones: to find more is the fuzzer's work.
    for (let n = 1; n <= 150; n++) {
      const random = createRandom(n);
      await checkInvariants(mutate(seed(random), random), random);
    }
  });

  it('for any bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) => checkInvariants(bytes, createRandom(1))));
  });

  it('for any cut of a session', async () => {
    const text = lines(conversation(3));
    for (let end = 0; end < text.length; end += 7) await checkInvariants(new TextEncoder().encode(text.slice(0, end)), createRandom(1));
  });

  it.each([
    ['a tool call', { type: 'tool_use', id: 'toolu_1', name: 'Read', input: null }, '"input":'],
    ['a block of an unknown type', { type: 'novel', value: null }, '"value":'],
    ['a result', { type: 'tool_result', tool_use_id: 'toolu_1', content: null }, '"tool_use_id":"toolu_1","content":'],
  ])('for %s nested 50,000 levels deep', async (_, block, before) => {
    const shallow = JSON.stringify(record({ id: idOf(0), content: [block] }));
    const deep = `{"a":${'[{"b":'.repeat(25_000)}1${'}]'.repeat(25_000)}}`;
    const text = `${shallow.replace(`${before}null`, `${before}${deep}`)}\n${lines(conversation(4)).split('\n').slice(1).join('\n')}`;
    const analysis = await SessionAnalysis.open(memoryPorts(text));
    expect(await analysis.records.rows(0, 4)).toHaveLength(4);
    expect((await analysis.records.detail(idOf(0)))?.uuid).toBe(idOf(0));
  });
});

describe('a session that is nothing but one kind of trouble', () => {
  const open = async (text: string): Promise<{ findings: number; codes: Set<string>; rows: number }> => {
    const analysis = await SessionAnalysis.open(memoryPorts(text));
    const findings = await analysis.judgement.findings();
    const { rows } = await analysis.judgement.summary();
    await analysis.records.rows(Math.max(0, rows - 20), 20);
    return { findings: findings.length, codes: new Set(findings.map(({ code }) => code)), rows };
  };
  const chain = (count: number, parent: (n: number) => number | null): string =>
    Array.from({ length: count }, (_, n) => {
      const at = parent(n);
      return `{"type":"user","uuid":"${idOf(n)}","parentUuid":${at === null ? 'null' : `"${idOf(at)}"`},"message":{"content":"x"}}\n`;
    }).join('');

  it.each([2, 3, 1000, 50_000])('a cycle of %i is one finding', async (length) => {
    const { findings, codes } = await open(chain(length, (n) => (n + length - 1) % length));
    expect([findings, [...codes]]).toEqual([1, ['parent-cycle']]);
  });

  it('20,000 cycles of two', async () => {
    expect((await open(chain(40_000, (n) => n ^ 1))).findings).toBe(20_000);
  });

  it('a chain of 300,000, written backwards too', async () => {
    expect((await open(chain(300_000, (n) => (n === 0 ? null : n - 1)))).findings).toBe(0);
    expect((await open(chain(300_000, (n) => (n === 299_999 ? null : n + 1)))).findings).toBe(0);
  });

  it('20,000 records of one uuid that disagree on its parent', async () => {
    const both = [null, idOf(1)].map((parent) => `${JSON.stringify(record({ id: idOf(1), parent }))}\n`).join('');
    expect((await open(both.repeat(10_000))).codes).toEqual(new Set(['history-replayed']));
  });

  it('30,000 records under one parent, and under one uuid', async () => {
    expect((await open(chain(30_000, (n) => (n === 0 ? null : 0)))).rows).toBe(30_000);
    const same = `{"type":"user","uuid":"${idOf(1)}","parentUuid":"${idOf(0)}","message":{"content":"x"}}\n`;
    expect((await open(`${chain(1, () => null)}${same.repeat(30_000)}`)).rows).toBe(30_001);
  });
});
