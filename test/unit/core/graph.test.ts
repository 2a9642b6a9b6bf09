import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConversationGraph, ORPHAN, ROOT } from '../../../src/core/graph/conversation-graph.ts';
import { LaneLayout } from '../../../src/core/graph/lanes.ts';
import { RowTree } from '../../../src/core/graph/row-tree.ts';
import { sdkChain } from '../../../src/core/loaders/claude-agent-sdk/chain.ts';
import { ReferenceLoader } from '../../../src/core/formats/claude-code/reference-loader.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { findCycles } from '../../../src/core/findings/cycles.ts';
import { Components } from '../../../src/core/repair/components.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { memoryPorts, memorySource } from '../../support/memory-source.ts';
import { conversation, idOf, lines, type RecordSpec } from '../../support/records.ts';
import { present } from '../../support/expect-value.ts';

const graphOf = async (specs: readonly RecordSpec[]): Promise<ConversationGraph> =>
  ConversationGraph.of(await readTranscript(memorySource(lines(specs))));
const loaded = (graph: ConversationGraph): string[] => sdkChain(graph).visible.map((record) => graph.index.uuidText(record));

/** Any links whatever: forward, to itself, to nowhere, several records with one uuid. */
const anyRecords = fc.array(
  fc.record({
    id: fc.nat(14),
    parent: fc.option(fc.nat(17)),
    type: fc.constantFrom('user', 'assistant', 'system', 'progress', 'attachment', 'saved_hook_context' as const),
    meta: fc.boolean(),
    sidechain: fc.boolean(),
    group: fc.option(fc.nat(2)),
    result: fc.boolean(),
  }),
  { maxLength: 24 },
);
type AnyRecord = typeof anyRecords extends fc.Arbitrary<(infer T)[]> ? T : never;

function specs(records: readonly AnyRecord[]): RecordSpec[] {
  return records.map(({ id, parent, type, meta, sidechain }) => ({
    ...plain(id, parent, type),
    extra: { ...(meta ? { isMeta: true } : {}), isSidechain: sidechain },
  }));
}

/** With parallel calls and their results as well. */
function withTools(records: readonly AnyRecord[]): RecordSpec[] {
  return specs(records).map((spec, i) => ({
    ...spec,
    ...(present(records[i]).group === null ? {} : { messageId: `msg_${present(records[i]).group}` }),
    ...(present(records[i]).result ? { content: [{ type: 'tool_result', tool_use_id: 't', content: 'x' }] } : {}),
  }));
}

function plain(id: number, parent: number | null, type: NonNullable<RecordSpec['type']>): RecordSpec {
  return { id: idOf(id), parent: parent === null ? null : idOf(parent), type };
}

/** The documented loader, written as its description reads and with nothing of the product. */
function reference(records: readonly RecordSpec[]): string[] {
  const linked = records.map((spec, at) => ({ ...spec, at })).filter((spec) => spec.type !== 'saved_hook_context');
  const byUuid = new Map<string, (typeof linked)[number]>();
  for (const spec of linked) {
    byUuid.delete(spec.id);
    byUuid.set(spec.id, spec);
  }
  const isMessage = (spec: RecordSpec): boolean => spec.type === 'user' || spec.type === 'assistant';
  const shown = (spec: RecordSpec): boolean => spec.extra?.['isMeta'] !== true && spec.extra?.['isSidechain'] !== true;
  const up = (from: (typeof linked)[number]): typeof linked => {
    const path: typeof linked = [];
    for (
      let at: (typeof linked)[number] | undefined = from;
      at !== undefined && !path.includes(at);
      at = at.parent === null || at.parent === undefined ? undefined : byUuid.get(at.parent)
    )
      path.push(at);
    return path;
  };
  const speaking = [...byUuid.values()].filter((spec) => spec.type !== 'progress');
  const continued = speaking.flatMap((spec) => {
    const parent = spec.parent === null || spec.parent === undefined ? undefined : byUuid.get(spec.parent);
    return parent === undefined ? [] : (up(parent).find((above) => above.type !== 'progress')?.id ?? []);
  });
  const ends = speaking.filter((spec) => !continued.includes(spec.id)).flatMap((spec) => up(spec).find(isMessage) ?? []);
  const candidates = ends.some(shown) ? ends.filter(shown) : ends;
  if (candidates.length === 0) return [];
  const leaf = candidates.reduce((a, b) => (b.at > a.at ? b : a));
  return up(leaf)
    .filter((spec) => isMessage(spec) && shown(spec))
    .map((spec) => spec.id)
    .reverse();
}

describe('sdkChain', () => {
  it('loads a whole conversation', async () => {
    expect(loaded(await graphOf(conversation(7)))).toEqual([0, 1, 2, 3, 4, 5, 6].map(idOf));
  });

  it('stops silently at a missing parent', async () => {
    const graph = await graphOf(conversation(7).filter((spec) => spec.id !== idOf(3)));
    expect(loaded(graph)).toEqual([4, 5, 6].map(idOf));
  });

  it('stops at a compaction and does not follow logicalParentUuid', async () => {
    const before = conversation(4);
    const boundary: RecordSpec = { id: idOf(10), type: 'system', extra: { subtype: 'compact_boundary', logicalParentUuid: idOf(3) } };
    const after: RecordSpec[] = [
      { id: idOf(11), parent: idOf(10), extra: { isCompactSummary: true } },
      { id: idOf(12), parent: idOf(11), type: 'assistant' },
    ];
    expect(loaded(await graphOf([...before, boundary, ...after]))).toEqual([11, 12].map(idOf));
  });

  it('agrees with the loader as it is described, for any links', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords, async (records) => {
        expect(loaded(await graphOf(specs(records)))).toEqual(reference(specs(records)));
      }),
      { numRuns: 800 },
    );
  });
});

describe('the loader for checking', () => {
  it('loads what the graph says a resume loads, parallel calls and kept messages included', async () => {
    const kept = fc.record({
      anchor: fc.nat(14),
      uuids: fc.array(fc.nat(14), { maxLength: 4 }),
      head: fc.nat(14),
      tail: fc.nat(14),
      listed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(anyRecords, fc.option(kept), async (records, keeps) => {
        const boundary: RecordSpec[] =
          keeps === null
            ? []
            : [{ id: idOf(40), type: 'system', extra: { subtype: 'compact_boundary', compactMetadata: metadataOf(keeps) } }];
        const text = lines([...withTools(records), ...boundary]);
        const loader = new ReferenceLoader();
        for (const line of text.split('\n').slice(0, -1)) loader.add(JSON.parse(line) as JsonObject);
        expect(loader.loaded()).toEqual(loaded(ConversationGraph.of(await readTranscript(memorySource(text)))));
      }),
      { numRuns: 1500 },
    );
  });

  it('puts a kept result beside the call that it was put under, as the description says', async () => {
    const records: RecordSpec[] = [
      { id: idOf(14), content: [{ type: 'tool_result', tool_use_id: 't', content: 'x' }] },
      { id: idOf(0), type: 'assistant', messageId: 'msg_0' },
      { id: idOf(1), type: 'assistant', messageId: 'msg_0' },
      {
        id: idOf(40),
        type: 'system',
        extra: { subtype: 'compact_boundary', compactMetadata: { preservedMessages: { anchorUuid: idOf(0), uuids: [idOf(14)] } } },
      },
    ];
    expect(loaded(await graphOf(records))).toEqual([1, 0, 14].map(idOf));
  });

  function metadataOf(keeps: { anchor: number; uuids: number[]; head: number; tail: number; listed: boolean }): JsonObject {
    if (keeps.listed) return { preservedMessages: { anchorUuid: idOf(keeps.anchor), uuids: [...new Set(keeps.uuids)].map(idOf) } };
    return { preservedSegment: { anchorUuid: idOf(keeps.anchor), headUuid: idOf(keeps.head), tailUuid: idOf(keeps.tail) } };
  }
});

describe('ConversationGraph', () => {
  it('resolves a parent that is written after its child', async () => {
    const [first, second, third] = conversation(3);
    const graph = await graphOf([present(first), present(third), present(second)]);
    expect(Array.from(graph.parent)).toEqual([ROOT, 2, 0]);
  });

  it('lays repairs over the file and leaves the file as it is', async () => {
    const file = await graphOf(conversation(5).filter((spec) => spec.id !== idOf(2)));
    const repaired = file.withOverrides({ [idOf(3)]: idOf(1) });
    expect(file.parent[2]).toBe(ORPHAN);
    expect(loaded(repaired)).toEqual([0, 1, 3, 4].map(idOf));
    expect(file.withOverrides({ [idOf(3)]: idOf(99) }).parent[2]).toBe(ORPHAN);
    expect(file.withOverrides({ [idOf(99)]: idOf(1) }).parent).toEqual(file.parent);
  });

  it('finds one place to cut for every cycle, whatever the links', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords, async (records) => {
        const graph = await graphOf(specs(records));
        const cut = graph.withParents(findCycles(graph).map((record) => ({ record, parent: ROOT })));
        expect(findCycles(cut)).toEqual([]);
        for (let i = 0; i < cut.parent.length; i++) {
          let steps = 0;
          for (let at = i; at >= 0; at = present(cut.parent[at])) expect(steps++).toBeLessThanOrEqual(cut.parent.length);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('knows the top of every chain', async () => {
    const graph = await graphOf(conversation(6).filter((spec) => spec.id !== idOf(2)));
    const components = new Components(graph);
    expect([0, 1, 2, 3, 4].map((record) => components.find(record))).toEqual([0, 0, 2, 2, 2]);
    components.join(2, 1);
    expect(components.find(4)).toBe(0);
  });

  it('takes a chain of a million records', async () => {
    const count = 1_000_000;
    const text: string[] = [];
    for (let i = 0; i < count; i++) text.push(`{"parentUuid":${i === 0 ? 'null' : `"${i - 1}"`},"type":"user","uuid":"${i}"}\n`);
    const graph = ConversationGraph.of(await readTranscript(memorySource(text.join(''))));
    expect(sdkChain(graph).visible.length).toBe(count);
    expect(findCycles(graph)).toEqual([]);
    expect(new Components(graph).find(count - 1)).toBe(0);
  });
});

describe('LaneLayout', () => {
  const treeOf = (graph: ConversationGraph): { tree: RowTree; onChain: Uint8Array } => {
    const rows = Array.from(graph.index.graphRecords());
    const chain = new Set(sdkChain(graph).records);
    const parentRow = rows.map((record, row) => {
      const parent = rows.indexOf(graph.parent[record] ?? -1);
      return parent < row ? parent : -1;
    });
    const onChain = Uint8Array.from(rows, (record) => Number(chain.has(record)));
    const isMain = Uint8Array.from(rows, (record) => Number(graph.isMain(record)));
    return { tree: new RowTree(Int32Array.from(parentRow), onChain, isMain), onChain };
  };
  const layoutOf = (graph: ConversationGraph): LaneLayout => {
    const { tree, onChain } = treeOf(graph);
    return new LaneLayout(tree, onChain);
  };

  it('keeps a conversation on one lane and puts a branch beside it', async () => {
    const straight = conversation(4);
    const branch: RecordSpec = { id: idOf(20), parent: idOf(1), type: 'progress' };
    const layout = layoutOf(await graphOf([...straight.slice(0, 2), branch, ...straight.slice(2)]));
    expect(Array.from(layout.lane)).toEqual([0, 0, 1, 0, 0]);
    expect(layout.window(0, 5)[1]).toMatchObject({ lane: 0, passing: [], opens: [1], continues: true });
    expect(layout.window(2, 3)[0]).toMatchObject({ lane: 1, passing: [0], opens: [], continues: false });
  });

  it('tells which edges a resume follows', async () => {
    const straight = conversation(4);
    const branch: RecordSpec = { id: idOf(20), parent: idOf(1), type: 'progress' };
    const layout = layoutOf(await graphOf([...straight.slice(0, 2), branch, ...straight.slice(2)]));
    expect(layout.window(0, 5).map((row) => [row.chainAbove, row.chainBelow])).toEqual([
      [false, [0]],
      [true, [0]],
      [false, [0]],
      [true, [0]],
      [true, []],
    ]);
  });

  it('tells them of any row as a look at its links would', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords, async (records) => {
        const graph = await graphOf(specs(records));
        const chain = new Set(sdkChain(graph).records);
        const rows = graph.index.graphRecords();
        const layout = layoutOf(graph);
        const { parentRow } = treeOf(graph).tree;
        layout.window(0, rows.length).forEach((drawn, row) => {
          const crossing = Array.from(rows.keys()).filter((child) => {
            const parent = parentRow[child] ?? -1;
            return parent >= 0 && parent <= row && child > row && chain.has(present(rows[child])) && chain.has(present(rows[parent]));
          });
          expect(new Set(drawn.chainBelow)).toEqual(new Set(crossing.map((child) => layout.lane[child])));
        });
      }),
    );
  });

  it('draws the same rows whatever the window', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords, fc.nat(24), fc.nat(24), async (records, a, b) => {
        const graph = await graphOf(specs(records));
        const layout = layoutOf(graph);
        const all = layout.window(0, layout.lane.length);
        const [from, to] = [Math.min(a, b), Math.min(Math.max(a, b), layout.lane.length)];
        if (from <= to) expect(layout.window(from, to)).toEqual(all.slice(from, to));
      }),
    );
  });

  it('never lets two rows share a lane that is in use', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords, async (records) => {
        const layout = layoutOf(await graphOf(specs(records)));
        for (const row of layout.window(0, layout.lane.length)) {
          const lanes = [row.lane, ...row.passing];
          expect(new Set(lanes).size).toBe(lanes.length);
          for (const opened of row.opens) expect(lanes).not.toContain(opened);
        }
      }),
    );
  });
});

describe('what compactions leave behind', () => {
  const compacted = (...after: RecordSpec[]): RecordSpec[] => [
    ...conversation(6),
    { id: idOf(20), type: 'system', extra: { subtype: 'compact_boundary', logicalParentUuid: idOf(5) } },
    { id: idOf(21), parent: idOf(20), extra: { isCompactSummary: true } },
    ...after,
  ];
  const figures = async (specs: readonly RecordSpec[]): Promise<object> => {
    const { resume, compactions, beforeCompaction } = await (await SessionAnalysis.open(memoryPorts(lines(specs)))).judgement.summary();
    return { now: resume.now, repaired: resume.repaired, total: resume.total, compactions, beforeCompaction };
  };

  it('is nothing where there was none', async () => {
    expect(await figures(conversation(4))).toEqual({ now: 4, repaired: 4, total: 4, compactions: 0, beforeCompaction: 0 });
  });

  it('is every message above the last one', async () => {
    const once = compacted({ id: idOf(22), parent: idOf(21), type: 'assistant' });
    expect(await figures(once)).toEqual({ now: 2, repaired: 2, total: 8, compactions: 1, beforeCompaction: 6 });
    const twice: RecordSpec[] = [
      ...once,
      { id: idOf(30), type: 'system', extra: { subtype: 'compact_boundary' } },
      { id: idOf(31), parent: idOf(30), extra: { isCompactSummary: true } },
    ];
    expect(await figures(twice)).toEqual({ now: 1, repaired: 1, total: 9, compactions: 2, beforeCompaction: 8 });
  });

  it('is not what damage below it cuts off', async () => {
    const specs = compacted(
      { id: idOf(22), parent: idOf(21), type: 'assistant', messageId: 'msg_z' },
      { id: idOf(24), parent: idOf(23), type: 'progress', extra: { data: { type: 'hook_progress', hookEvent: 'Stop' } } },
      { id: idOf(25), parent: idOf(24) },
    );
    expect(await figures(specs)).toEqual({ now: 3, repaired: 3, total: 9, compactions: 1, beforeCompaction: 6 });
  });

  it('is nothing where a resume does not go through it', async () => {
    const specs = compacted({ id: idOf(22), parent: idOf(5) });
    expect(await figures(specs)).toEqual({ now: 7, repaired: 7, total: 8, compactions: 1, beforeCompaction: 0 });
  });
});
