import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_REPAIRS } from '../../../src/core/graph/repairs.ts';
import { LOADERS } from '../../../src/core/loaders/loaders.ts';
import { applyPatch } from '../../../src/core/patch/apply-patch.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { ConversationGraph } from '../../../src/core/graph/conversation-graph.ts';
import { memoryPorts, memorySource } from '../../support/memory-source.ts';
import { conversation, idOf, lines, type RecordSpec } from '../../support/records.ts';
import { present } from '../../support/expect-value.ts';

const NEW_ID = '99999999-8888-4777-8666-555555555555';
const again = (spec: RecordSpec | undefined, other: Partial<RecordSpec> = {}): RecordSpec => ({ ...present(spec), ...other });
const elsewhere = { cwd: '/elsewhere/shop', version: '2.1.217', gitBranch: 'feature' };

interface Said {
  readonly codes: readonly string[];
  readonly plan: readonly string[];
  readonly now: number;
  readonly repaired: number;
}

async function said(specs: readonly RecordSpec[]): Promise<Said> {
  const analysis = await SessionAnalysis.open(memoryPorts(lines(specs)));
  const findings = await analysis.judgement.findings();
  const { repairs } = await analysis.trials.plan('low');
  const { resume } = await analysis.judgement.summary();
  return {
    codes: findings.map(({ code, line }) => `${code} ${line}`),
    plan: repairs.map(({ suggestion: { action, confidence } }) =>
      action.kind === 'quarantine' ? `${confidence} ${JSON.stringify(action.lines)}` : `${confidence} ${action.kind}`,
    ),
    now: resume.now,
    repaired: resume.repaired,
  };
}

describe('history written again with other fields', () => {
  const whole = conversation(12).map((spec, i) => ({ ...spec, at: i * 60 }));

  it('and a null parent is one finding, and its second lines are left out', async () => {
    const specs = [...whole.slice(0, 10), ...whole.slice(0, 6).map((spec) => again(spec, { parent: null })), ...whole.slice(10)];
    expect(await said(specs)).toMatchObject({ codes: ['history-replayed 11'], plan: ['high [[11,16]]'], repaired: 12 });
  });

  it('and another folder, version and branch is one finding; the first whose parent is known stays', async () => {
    const second = whole.slice(2, 8).map((spec, i) => again(spec, { extra: elsewhere, ...(i === 0 ? { parent: null } : {}) }));
    const specs = [...whole.slice(0, 10), ...second, ...whole.slice(10)];
    expect(await said(specs)).toEqual({ codes: ['history-replayed 11'], plan: ['high [[11,16]]'], now: 10, repaired: 12 });
  });

  it('as roots first and with parents later keeps the later lines', async () => {
    const specs = [...whole.slice(0, 2), again(whole[2], { parent: null, extra: elsewhere }), ...whole.slice(2)];
    expect(await said(specs)).toEqual({ codes: ['history-replayed 3'], plan: ['high [[3,3]]'], now: 12, repaired: 12 });
  });

  it('under a parent that is nowhere first keeps the later lines', async () => {
    const specs = [...whole.slice(0, 2), again(whole[2], { parent: idOf(99), extra: elsewhere }), ...whole.slice(2)];
    expect((await said(specs)).plan).toEqual(['high [[3,3]]']);
  });

  it('and a later time, the prompt alone, at the end', async () => {
    expect(await said([...whole, again(whole[6], { at: 5000 })])).toEqual({
      codes: ['history-replayed 13'],
      plan: ['high [[13,13]]'],
      now: 7,
      repaired: 12,
    });
  });

  it('and the end as its parent is no cycle once it is left out', async () => {
    expect(await said([...whole, again(whole[6], { at: 5000, parent: idOf(11) })])).toMatchObject({
      codes: ['history-replayed 13'],
      plan: ['high [[13,13]]'],
      repaired: 12,
    });
  });

  it('is not the same when somebody said something else', async () => {
    const { codes, plan } = await said([...whole, again(whole[6], { at: 5000, content: 'text of nobody' })]);
    expect(codes).toEqual(['uuid-reused 13']);
    expect(plan).toEqual([]);
  });
});

describe('a copy without repairs', () => {
  it('loads by every loader what its original loads, whatever was written again', async () => {
    const session = conversation(12);
    const second = fc.record({
      of: fc.nat(11),
      at: fc.constantFrom(0, 3, 5, 40, 900),
      parent: fc.option(fc.integer({ min: 0, max: 14 })),
      changed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(second, { maxLength: 4 }), fc.subarray([2, 5, 8]), fc.nat(11), async (seconds, lost, place) => {
        const others = seconds.map(({ of, at, parent, changed }) =>
          again(session[of], { at, parent: parent === null ? null : idOf(parent), ...(changed ? { content: 'other' } : {}) }),
        );
        const kept = session.map((spec, i) => ({ ...spec, at: i * 2 })).filter((_, i) => !lost.includes(i));
        const text = lines([...kept.slice(0, place), ...others, ...kept.slice(place)]);
        expect(await loadedBy(await copyOf(text))).toEqual(await loadedBy(text));
      }),
      { numRuns: 150 },
    );
  });
});

async function copyOf(text: string): Promise<string> {
  const ports = memoryPorts(text);
  const analysis = await SessionAnalysis.open(ports);
  const bytes: Uint8Array[] = [];
  await applyPatch(ports.source, await analysis.copies.patch(NEW_ID, []), (piece) => {
    bytes.push(piece.slice());
    return Promise.resolve();
  });
  return new TextDecoder().decode(Buffer.concat(bytes));
}

async function loadedBy(text: string): Promise<string[][]> {
  const index = await readTranscript(memorySource(text));
  const graph = ConversationGraph.of(index, NO_REPAIRS);
  return LOADERS.list.map((loader) =>
    loader.chain(graph).visible.map((record) => `${index.columns.line[record]} ${index.uuidText(record)}`),
  );
}
