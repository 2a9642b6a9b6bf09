import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arrangement, type RowFilter } from '../../../src/core/arrangement/arrangement.ts';
import { Folds, type FoldKind } from '../../../src/core/arrangement/folds.ts';
import { ROW, type RowFacts } from '../../../src/core/arrangement/row-facts.ts';
import { NO_REPAIRS } from '../../../src/core/graph/repairs.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import type { SessionView } from '../../../src/core/session/travel/session-travel.ts';
import type { GraphRow } from '../../../src/core/session/analysis-types.ts';
import { present } from '../../support/expect-value.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { idOf, lines, type RecordSpec } from '../../support/records.ts';

const FILTERS: readonly RowFilter[] = ['all', 'main', 'prompts', 'findings', 'orphans', 'sidechains'];
const PICKS = { prompts: ROW.prompt | ROW.boundary | ROW.summary, findings: ROW.finding, orphans: ROW.orphan, sidechains: ROW.sidechain };

/** Rows of any kind with any links to rows above them. */
const anyFacts = fc
  .array(fc.record({ up: fc.nat(6), message: fc.integer({ min: -1, max: 3 }), flags: fc.nat(0x1fff) }), { maxLength: 40 })
  .map((rows): RowFacts => {
    const parentRow = Int32Array.from(rows, ({ up }, row) => (up === 0 ? -1 : Math.max(-1, row - up)));
    return { parentRow, message: Int32Array.from(rows, (row) => row.message), flags: Uint16Array.from(rows, (row) => row.flags) };
  });
/** Many rows as sessions have them, mostly one under the other, and how the last ones were before the next came. */
const growingFacts = fc.record({
  rows: fc.array(
    fc.record({
      up: fc.oneof({ weight: 12, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.nat(400) }),
      message: fc.integer({ min: -1, max: 3 }),
      flags: fc.oneof({ weight: 4, arbitrary: fc.constant(ROW.main | ROW.onChain) }, { weight: 1, arbitrary: fc.nat(0x1fff) }),
    }),
    { minLength: 30, maxLength: 900, size: 'max' },
  ),
  steps: fc.array(
    fc.record({
      rows: fc.integer({ min: 0, max: 9 }),
      changed: fc.array(fc.record({ up: fc.nat(12), flags: fc.nat(0x1fff) }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  closed: fc.func(fc.boolean()),
  filter: fc.constantFrom('all' as const, 'all' as const, 'main' as const, 'findings' as const),
});

function factsOf(rows: readonly { up: number; message: number; flags: number }[]): RowFacts {
  const parentRow = Int32Array.from(rows, ({ up }, row) => (up === 0 ? -1 : Math.max(-1, row - up)));
  return { parentRow, message: Int32Array.from(rows, (row) => row.message), flags: Uint16Array.from(rows, (row) => row.flags) };
}

/** All that an arrangement says. */
function said(arrangement: Arrangement): unknown {
  const { rows, placeOf, parentPlace, flags, isFar, lanes } = arrangement;
  const members = Array.from(rows, (_, place) => arrangement.membersOf(place));
  return { rows, placeOf, parentPlace, flags, isFar, lane: lanes.lane, windows: lanes.window(0, rows.length), members };
}

const anyClosed = fc.func(fc.boolean()).map((closed) => (kind: FoldKind, head: number) => closed(kind, head));
const anyFilter = fc.constantFrom(...FILTERS);

describe('an arrangement', () => {
  it('loses no row: each is shown, folded into one that is shown above it, or left out by the filter', () => {
    fc.assert(
      fc.property(anyFacts, anyClosed, anyFilter, (facts, isClosed, filter) => {
        const arrangement = new Arrangement(facts, new Folds(facts), filter, isClosed);
        const members = Array.from(arrangement.rows, (_, place) => Array.from(arrangement.membersOf(place)));
        for (const [place, rows] of members.entries()) expect(rows[0]).toBe(arrangement.rows[place]);
        const shown = members.flat().sort((a, b) => a - b);
        const expected = Array.from(facts.flags.keys()).filter((row) => {
          const flags = facts.flags[row] ?? 0;
          if (filter === 'all') return true;
          if (filter === 'main') return ((facts.flags[arrangement.foldedInto(row)] ?? 0) & ROW.sidechain) === 0;
          return (flags & PICKS[filter]) !== 0;
        });
        expect(shown).toEqual(expected);
      }),
    );
  });

  it('finds the place of each row and the row of each place', () => {
    fc.assert(
      fc.property(anyFacts, anyClosed, anyFilter, (facts, isClosed, filter) => {
        const { rows, placeOf } = new Arrangement(facts, new Folds(facts), filter, isClosed);
        rows.forEach((row, place) => expect(placeOf[row]).toBe(place));
        for (const place of placeOf) expect(place).toBeLessThan(rows.length);
      }),
    );
  });

  it('links each row to the nearest shown row above it on its line, through what is folded', () => {
    fc.assert(
      fc.property(anyFacts, anyClosed, anyFilter, (facts, isClosed, filter) => {
        const arrangement = new Arrangement(facts, new Folds(facts), filter, isClosed);
        arrangement.rows.forEach((row, place) => {
          let above = facts.parentRow[row] ?? -1;
          while (above >= 0 && arrangement.placeOf[above] === -1) above = facts.parentRow[arrangement.foldedInto(above)] ?? -1;
          const expected = above < 0 ? -1 : arrangement.placeOf[above];
          expect(arrangement.parentPlace[place]).toBe(expected);
          expect(expected).toBeLessThan(place);
        });
      }),
    );
  });

  it('that grows is the one that is made anew', () => {
    fc.assert(
      fc.property(growingFacts, ({ rows, steps, closed, filter }) => {
        const closedIn =
          (folds: Folds) =>
          (kind: FoldKind, head: number): boolean =>
            folds.sizeOf(kind, head) > 1 && closed(kind, head);
        let count = rows.length - steps.reduce((sum, step) => sum + step.rows, 0);
        if (count <= 0) return;
        let folds = new Folds(factsOf(rows.slice(0, count)));
        let arrangement = new Arrangement(factsOf(rows.slice(0, count)), folds, filter, closedIn(folds));
        const now = [...rows];
        for (const step of steps) {
          for (const { up, flags } of step.changed) {
            const row = now[count - 1 - up];
            if (row !== undefined) now[count - 1 - up] = { ...row, flags };
          }
          count += step.rows;
          const facts = factsOf(now.slice(0, count));
          const grownFolds = new Folds(facts, folds);
          arrangement = new Arrangement(facts, grownFolds, filter, closedIn(grownFolds), arrangement);
          folds = grownFolds;
          const anew = new Folds(facts);
          expect(said(arrangement)).toEqual(said(new Arrangement(facts, anew, filter, closedIn(anew))));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('shows everything when nothing is closed', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { rows, parentPlace } = new Arrangement(facts, new Folds(facts), 'all', () => false);
        expect(Array.from(rows)).toEqual(Array.from(facts.flags.keys()));
        expect(parentPlace).toEqual(facts.parentRow);
      }),
    );
  });

  it('keeps the flags of all that is folded into a row', () => {
    fc.assert(
      fc.property(anyFacts, anyClosed, (facts, isClosed) => {
        const arrangement = new Arrangement(facts, new Folds(facts), 'all', isClosed);
        arrangement.flags.forEach((flags, place) => {
          const together = arrangement.membersOf(place).reduce((sum, row) => sum | (facts.flags[row] ?? 0), 0);
          expect(flags).toBe(together);
        });
      }),
    );
  });
});

const call = (id: string, name: string): object => ({ type: 'tool_use', id, name, input: {} });
const answer = (n: number, parent: number, messageId: string, content: object): RecordSpec => ({
  id: idOf(n),
  parent: idOf(parent),
  type: 'assistant',
  messageId,
  content: [content],
});
const result = (n: number, parent: number, id: string): RecordSpec => ({
  id: idOf(n),
  parent: idOf(parent),
  content: [{ type: 'tool_result', tool_use_id: id, content: 'done' }],
});
/** A prompt, an answer in three records with two calls, a further call without words, the closing words. */
const TURN: readonly RecordSpec[] = [
  { id: idOf(0), content: 'please look' },
  answer(1, 0, 'm1', { type: 'thinking', thinking: 'hm' }),
  answer(2, 1, 'm1', { type: 'text', text: 'Let me look' }),
  answer(3, 2, 'm1', call('t1', 'Read')),
  result(4, 3, 't1'),
  answer(5, 3, 'm1', call('t2', 'Read')),
  result(6, 5, 't2'),
  answer(7, 6, 'm2', call('t3', 'Bash')),
  result(8, 7, 't3'),
  answer(9, 8, 'm3', { type: 'text', text: 'All done' }),
  { id: idOf(10), parent: idOf(9), content: 'thanks' },
];

describe('the rows of a graph', () => {
  const open = (): Promise<SessionAnalysis> => SessionAnalysis.open(memoryPorts(lines(TURN)));
  const rowsOf = (analysis: SessionView): Promise<readonly GraphRow[]> => analysis.graph.rows('a', 0, 100);
  const folded = { message: true, run: false, sidechain: false };
  const uuids = (rows: readonly GraphRow[]): number[] => rows.map(({ uuid }) => Number.parseInt(uuid.slice(-12), 16));

  it('are one for each message at first, with its words, tools and links', async () => {
    const rows = await rowsOf(await open());
    expect(uuids(rows)).toEqual([0, 1, 4, 6, 7, 8, 9, 10]);
    expect(rows[1]).toMatchObject({ text: 'Let me look', tools: ['Read', 'Read'], parentRow: 0 });
    expect(rows[1]?.fold).toEqual({ opens: 'message', closes: 'run', hidden: 3 });
    expect(rows.slice(2, 4).map(({ parentRow }) => parentRow)).toEqual([1, 1]);
  });

  it('unfold a message on demand, and tell what hides a record', async () => {
    const analysis = await open();
    expect(await analysis.graph.locate('a', idOf(5))).toEqual({ row: 1, open: [{ kind: 'message', uuid: idOf(1) }] });
    await analysis.graph.arrange('a', { filter: 'all', folded, except: [{ kind: 'message', uuid: idOf(1) }] });
    const rows = await rowsOf(analysis);
    expect(uuids(rows)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(rows.filter(({ inMessage }) => inMessage).map(({ row }) => row)).toEqual([2, 3, 5]);
    expect(await analysis.graph.locate('a', idOf(5))).toEqual({ row: 5, open: [] });
  });

  it('fold a run of tool calls up to the next words', async () => {
    const analysis = await open();
    expect(await analysis.graph.arrange('a', { filter: 'all', folded: { ...folded, run: true }, except: [] })).toEqual({ rows: 4, of: 11 });
    const rows = await rowsOf(analysis);
    expect(uuids(rows)).toEqual([0, 1, 9, 10]);
    expect(rows[1]).toMatchObject({ text: 'Let me look', tools: ['Read ×2', 'Bash'], fold: { opens: 'run', closes: null, hidden: 7 } });
    expect(rows[2]?.parentRow).toBe(1);
    const located = present(await analysis.graph.locate('a', idOf(5)));
    await analysis.graph.arrange('a', { filter: 'all', folded: { ...folded, run: true }, except: located.open });
    expect(present(await analysis.graph.locate('a', idOf(5))).open).toEqual([]);
  });

  it('tell what is another in what is folded into them', async () => {
    const moved = { ...NO_REPAIRS, parents: { [idOf(7)]: idOf(4) } };
    const view = await (await open()).travel.at(moved);
    expect((await view.travel.changesFrom(NO_REPAIRS)).parents).toHaveLength(1);
    const changedRows = async (run: boolean): Promise<unknown[]> => {
      await view.graph.arrange('a', { filter: 'all', folded: { ...folded, run }, except: [] });
      return (await rowsOf(view)).flatMap((row) => (row.change === undefined ? [] : [[uuids([row])[0], row.change]]));
    };
    // Open, the row says it of itself, with the row of its old parent.
    expect(await changedRows(false)).toContainEqual([7, expect.objectContaining({ parent: true, oldParentRow: 3 })]);
    // The run that it is folded into says it, and has no edge to itself.
    expect(await changedRows(true)).toEqual([[1, expect.objectContaining({ added: false, parent: true, oldParentRow: null })]]);
    // Compared with itself it is marked nowhere.
    await view.travel.changesFrom(moved);
    expect(await changedRows(true)).toEqual([]);
  });

  it('are the prompts alone in the outline, one under the other', async () => {
    const analysis = await open();
    await analysis.graph.arrange('a', { filter: 'prompts', folded, except: [] });
    const rows = await rowsOf(analysis);
    expect(uuids(rows)).toEqual([0, 10]);
    expect(rows[1]).toMatchObject({ parentRow: 0, gap: true });
    expect(await analysis.graph.locate('a', idOf(5))).toMatchObject({ row: null, open: [{ kind: 'message' }] });
    expect(await analysis.graph.nextRecord('a', idOf(0), 1, 'prompt')).toBe(idOf(10));
    expect(await analysis.graph.nextRecord('a', null, 1, 'leaf')).toBe(idOf(10));
  });

  it('begin an edge that leads far up, and leave its lane free', async () => {
    const long = Array.from({ length: 200 }, (_, i): RecordSpec => ({ id: idOf(i), parent: i === 0 ? null : idOf(i - 1) }));
    const late: RecordSpec = { id: idOf(300), parent: idOf(3), type: 'progress' };
    const specs = [...long.slice(0, 190), late, ...long.slice(190)];
    const analysis = await SessionAnalysis.open(memoryPorts(lines(specs)));
    const rows = await analysis.graph.rows('a', 0, 300);
    const far = present(rows.find(({ uuid }) => uuid === idOf(300)));
    expect(far).toMatchObject({ far: true, parentRow: 3 });
    expect(rows.slice(0, far.row).flatMap(({ passing, opens }) => [...passing, ...opens])).toEqual([]);
  });

  it('tell of a compaction what it put out of the context', async () => {
    const specs: RecordSpec[] = [
      ...TURN,
      { id: idOf(30), type: 'system', extra: { subtype: 'compact_boundary', compactMetadata: { trigger: 'auto', preTokens: 148000 } } },
    ];
    const analysis = await SessionAnalysis.open(memoryPorts(lines(specs)));
    const divider = present((await analysis.graph.rows('a', 0, 100)).at(-1));
    expect(divider.text).toBe('auto · 148,000 tokens · 8 records of the conversation before it are out of the context');
  });

  it('of two graphs are arranged each by itself', async () => {
    const analysis = await open();
    await analysis.graph.arrange('a', { filter: 'prompts', folded, except: [] });
    expect(await analysis.graph.rows('b', 0, 100)).toHaveLength(8);
    expect(await rowsOf(analysis)).toHaveLength(2);
  });

  it('fold a whole branch, with a sidechain on a lane of its own', async () => {
    const side = (n: number, parent: number): RecordSpec => ({ id: idOf(n), parent: idOf(parent), extra: { isSidechain: true } });
    const specs = [...TURN.slice(0, 4), side(20, 3), side(21, 20), side(22, 21), ...TURN.slice(4)];
    const analysis = await SessionAnalysis.open(memoryPorts(lines(specs)));
    const all = await rowsOf(analysis);
    const head = present(all.find(({ uuid }) => uuid === idOf(20)));
    expect(head).toMatchObject({ sidechain: true, fold: { opens: null, closes: 'sidechain', hidden: 0 } });
    expect(head.lane).toBeGreaterThan(0);
    await analysis.graph.arrange('a', { filter: 'all', folded: { ...folded, sidechain: true }, except: [] });
    const rows = await rowsOf(analysis);
    expect(rows).toHaveLength(all.length - 2);
    expect(rows[head.row]?.fold).toEqual({ opens: 'sidechain', closes: null, hidden: 2 });
    expect(await analysis.graph.locate('a', idOf(22))).toEqual({ row: head.row, open: [{ kind: 'branch', uuid: idOf(20) }] });
  });
});
