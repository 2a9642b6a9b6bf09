/** A session that is being written: what is known of it after each piece is what opening the whole file would say. */
import { setImmediate } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CHOICE, type ArrangementChoice } from '../../../src/core/arrangement/arrangement.ts';
import { NO_REPAIRS, withActions, type Repairs } from '../../../src/core/graph/repairs.ts';
import { LOADERS } from '../../../src/core/loaders/loaders.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import type { AnalysisPorts } from '../../../src/core/session/ports.ts';
import { summaryOf } from '../../../src/core/session/summary.ts';
import { proposalsOf } from '../../../src/core/session/proposals.ts';
import type { SessionState } from '../../../src/core/session/state.ts';
import { damage } from '../../generator/damage/damage.ts';
import { DAMAGE_CLASSES, ImpossibleDamage } from '../../generator/damage/spec.ts';
import { generateSession } from '../../generator/session.ts';
import { CLIENTS, type GeneratedFile } from '../../generator/types.ts';
import { memoryPorts, memorySource } from '../../support/memory-source.ts';
import { present } from '../../support/expect-value.ts';
import { idOf, lines, record, type RecordSpec } from '../../support/records.ts';

/** A session of which a reader sees more and more. */
class Writer {
  readonly ports: AnalysisPorts;
  length = 0;

  constructor(bytes: Uint8Array, siblings: Parameters<typeof memoryPorts>[1] = []) {
    const { read } = memorySource(bytes);
    const source = {
      name: 'memory.jsonl',
      size: () => Promise.resolve(this.length),
      read: (start: number, end: number) => read(start, Math.min(end, this.length)),
    };
    this.ports = { ...memoryPorts('', siblings), source };
  }
}

/** The state of an analysis: what every surface is drawn from. */
function stateOf(analysis: SessionAnalysis): SessionState {
  return analysis.updates['session'].state;
}

/** All that a state says, without the numbers of names, which depend on when they were read. */
function said(state: SessionState): Readonly<Record<string, unknown>> {
  const { graph, whole, pairs, index, repairs, elsewhere, ...rest } = state;
  const links = (of: typeof graph): unknown => ({
    parent: of.parent,
    hidden: of.hidden,
    overridden: of.overridden,
    chosenLeaf: of.chosenLeaf,
    childStart: of.childStart,
    child: of.child,
    named: Array.from({ length: of.index.count }, (_, i) => [of.index.uuidText(i), of.recordNamed(of.index.uuidText(i))]),
  });
  const records = Array.from({ length: index.count }, (_, i) => i);
  return {
    ...rest,
    file: state.file.count,
    loaded: state.loaded(),
    refusals: state.refusals(),
    tip: null,
    tail: null,
    graph: links(graph),
    whole: links(whole),
    pairs: records.map((record) => [pairs.callsOf(record), pairs.namesLostCall(record), pairs.isOpenCall(record), pairs.isPrompt(record)]),
    proposals: proposalsOf(state),
    summary: summaryOf(state, 'memory.jsonl', false),
    repairs,
    elsewhere,
  };
}

/** Prints what differs and no more: the difference between two whole states takes more memory than there is. */
function expectSame(known: Readonly<Record<string, unknown>>, anew: Readonly<Record<string, unknown>>): void {
  const differing = Object.keys({ ...known, ...anew }).filter((name) => !isDeepStrictEqual(known[name], anew[name]));
  const printed = (of: typeof known): string =>
    differing.map((name) => `${name}: ${inspect(of[name], { depth: 6 }).slice(0, 3000)}`).join('\n');
  expect(printed(known)).toBe(printed(anew));
  expect(differing).toEqual([]);
}

const VIEWS: readonly ArrangementChoice[] = [
  DEFAULT_CHOICE,
  { filter: 'main', folded: { message: true, run: true, sidechain: true }, except: [{ kind: 'run', uuid: idOf(2) }] },
  { filter: 'findings', folded: DEFAULT_CHOICE.folded, except: [] },
];

/** What its graphs show. */
async function shown(analysis: SessionAnalysis): Promise<Readonly<Record<string, unknown>>> {
  const views: Record<string, unknown> = {};
  for (const [at, choice] of VIEWS.entries()) {
    const view = String(at);
    const size = await analysis.graph.arrange(view, structuredClone(choice));
    const { arrangement, folds } = analysis.graph['views'].of(stateOf(analysis), view);
    const { rows, placeOf, parentPlace, flags, isFar, lanes } = arrangement;
    views[view] = {
      rows,
      placeOf,
      parentPlace,
      flags,
      isFar,
      lanes: lanes.window(0, rows.length),
      branches: folds.branchSize,
      sizes: Array.from(folds.messageHead, (_, row) => [folds.sizeOf('message', row), folds.sizeOf('run', row)]),
    };
    expect(size.rows).toBe(rows.length);
  }
  return views;
}

/** Whether the later state was made of the earlier one. */
function isGrownFrom(later: SessionState, earlier: SessionState): boolean {
  return later !== earlier && later.origin === earlier.origin;
}

interface Grown {
  readonly steps: number;
  readonly ordinary: number;
}

/** @param stops lengths at which the session is looked at; @param primary id of the loader whose figures lead */
async function grow(writer: Writer, stops: readonly number[], repairs: Repairs, primary = LOADERS.primary): Promise<Grown> {
  const loaders = { ...LOADERS, primary };
  writer.length = present(stops[0]);
  const analysis = await SessionAnalysis.open(writer.ports, repairs, 'everywhere', loaders);
  let ordinary = 0;
  for (const stop of stops.slice(1)) {
    writer.length = stop;
    const before = stateOf(analysis);
    await analysis.updates.refresh();
    await analysis.judgement.searchElsewhere();
    if (isGrownFrom(stateOf(analysis), before)) ordinary++;
    const anew = await SessionAnalysis.open(writer.ports, repairs, 'everywhere', loaders);
    expectSame(said(stateOf(analysis)), said(stateOf(anew)));
    expectSame(await shown(analysis), await shown(anew));
  }
  return { steps: stops.length - 1, ordinary };
}

function lineEnds(bytes: Uint8Array): number[] {
  const ends: number[] = [];
  bytes.forEach((byte, i) => {
    if (byte === 0x0a) ends.push(i + 1);
  });
  return ends;
}

function siblingsOf(files: readonly GeneratedFile[]): Parameters<typeof memoryPorts>[1] {
  return files.slice(1).map(({ path, bytes }) => ({
    file: path.split('/').at(-1) ?? path,
    text: new TextDecoder().decode(bytes),
    kind: path.includes('agent-') ? ('agent' as const) : ('session' as const),
  }));
}

const PRIMARY = fc.constantFrom(...LOADERS.list.map(({ id }) => id));

const SHAPES = fc.record({
  seed: fc.integer({ min: 1, max: 10_000 }),
  client: fc.constantFrom(...CLIENTS),
  features: fc.record({
    compactions: fc.integer({ min: 0, max: 2 }),
    rewinds: fc.integer({ min: 0, max: 1 }),
    inlineSidechains: fc.boolean(),
  }),
  damages: fc.array(fc.constantFrom(...DAMAGE_CLASSES), { maxLength: 3 }),
  /** Where the first look is, and how far it is from each to the next: lines, or bytes in the middle of one. */
  from: fc.double({ min: 0.1, max: 0.95, noNaN: true }),
  steps: fc.array(
    fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 4 }) }, { weight: 1, arbitrary: fc.integer({ min: -300, max: -1 }) }),
    {
      minLength: 5,
      maxLength: 25,
    },
  ),
  repaired: fc.integer({ min: 0, max: 3 }),
  primary: PRIMARY,
});

describe('a session that grows', () => {
  it('is known as if it were opened anew, wherever its writer stops', async () => {
    let ordinary = 0;
    await fc.assert(
      fc.asyncProperty(SHAPES, async ({ seed, client, features, damages, from, steps, repaired, primary }) => {
        const files = damagedFiles(generateSession({ seed, client, records: 150, targetBytes: 60_000, features }), damages, seed);
        const { bytes } = present(files[0]);
        const writer = new Writer(bytes, siblingsOf(files));
        const ends = lineEnds(bytes);
        let line = Math.floor(ends.length * from);
        const stops = [ends[line] ?? bytes.length];
        for (const step of steps) {
          if (step < 0) stops.push(Math.min(bytes.length, present(stops.at(-1)) - step));
          else stops.push(ends[Math.min(ends.length - 1, (line += step))] ?? bytes.length);
        }
        const sorted = [...new Set(stops)].sort((a, b) => a - b);
        ordinary += (await grow(writer, sorted, await someRepairs(writer, present(sorted[0]), repaired), primary)).ordinary;
      }),
      { numRuns: 25 },
    );
    expect(ordinary).toBeGreaterThan(20);
  });

  it('keeps nothing of what it was before', async () => {
    const { files } = generateSession({ seed: 3, client: '2.1.217', records: 300, targetBytes: 100_000, features: {} });
    const { bytes } = present(files[0]);
    const writer = new Writer(bytes);
    const ends = lineEnds(bytes);
    writer.length = present(ends[20]);
    const analysis = await SessionAnalysis.open(writer.ports);
    const grownFrom: WeakRef<SessionState>[] = [];
    for (const end of ends.slice(21)) {
      const before = new WeakRef(stateOf(analysis));
      writer.length = end;
      await analysis.updates.refresh();
      if (isGrownFrom(stateOf(analysis), present(before.deref()))) grownFrom.push(before);
    }
    expect(grownFrom.length).toBeGreaterThan(20);
    await collected();
    expect(grownFrom.filter((before) => before.deref() !== undefined).length).toBeLessThan(3);
  });

  it('tells of an old place as soon as the answer that continues it is no longer the end', async () => {
    const answer = (n: number, parent: number): RecordSpec => ({
      id: idOf(n),
      parent: idOf(parent),
      type: 'assistant',
      messageId: `m${n}`,
    });
    const lost = { id: idOf(2), parent: idOf(90) };
    const text = lines([{ id: idOf(0) }, answer(1, 0), lost, answer(3, 2), answer(4, 1), { id: idOf(5), parent: idOf(4) }, answer(6, 5)]);
    const bytes = new TextEncoder().encode(text);
    const writer = new Writer(bytes);
    await grow(writer, lineEnds(bytes).slice(4), NO_REPAIRS);
    const { findings } = stateOf(await SessionAnalysis.open(writer.ports));
    expect(findings.map(({ code, uuid }) => [code, uuid])).toContainEqual(['stale-graft', idOf(4)]);
  });

  it('is known as if it were opened anew, whatever is written', async () => {
    let [steps, ordinary] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(LINE, { minLength: 6, maxLength: 40 }),
        fc.integer({ min: 0, max: 2 }),
        PRIMARY,
        async (plans, repaired, primary) => {
          const bytes = new TextEncoder().encode(madeUp(plans));
          const writer = new Writer(bytes);
          const stops = lineEnds(bytes).slice(3);
          const seen = await grow(writer, stops, await someRepairs(writer, present(stops[0]), repaired), primary);
          steps += seen.steps;
          ordinary += seen.ordinary;
        },
      ),
      { numRuns: 120 },
    );
    expect(ordinary).toBeGreaterThan(steps / 5);
  });
});

/** Lets go of what nothing holds any more. */
async function collected(): Promise<void> {
  setFlagsFromString('--expose-gc');
  // What a weak reference was asked for stays until this turn has ended.
  await setImmediate();
  (runInNewContext('gc') as () => void)();
}

function damagedFiles(
  session: ReturnType<typeof generateSession>,
  classes: readonly (typeof DAMAGE_CLASSES)[number][],
  seed: number,
): readonly GeneratedFile[] {
  try {
    return classes.length === 0
      ? session.files
      : damage(
          session,
          classes.map((name) => ({ class: name })),
          seed,
        ).files;
  } catch (error) {
    if (error instanceof ImpossibleDamage) return session.files;
    throw error;
  }
}

/** The first repairs of the plan for the session as it begins. */
async function someRepairs(writer: Writer, length: number, most: number): Promise<Repairs> {
  writer.length = length;
  const { repairs } = await (await SessionAnalysis.open(writer.ports)).trials.plan('low');
  return withActions(
    NO_REPAIRS,
    repairs.slice(0, most).map(({ suggestion }) => suggestion.action),
  );
}

/** What the next line of a made-up session is: mostly what a client writes, now and then anything. */
const LINE = fc.record({
  what: fc.oneof(
    { weight: 16, arbitrary: fc.constantFrom('turn', 'turn', 'turn', 'turn', 'turn', 'prompt', 'text', 'thinking', 'call') },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        'result',
        'system',
        'attachment',
        'progress',
        'snapshot',
        'pin',
        'queued',
        'injected',
        'boundary',
        'summary',
        'error',
        'hook',
      ),
    },
  ),
  /** How far above the last record the parent stands; far beyond the top there is none. */
  up: fc.oneof({ weight: 40, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: 1, max: 12 }) }),
  /** The parent is one that comes later, or never. */
  isAhead: fc.integer({ min: 0, max: 80 }).map((n) => n === 0),
  sameAnswer: fc.boolean(),
  /** Which of the calls so far, from the last. */
  call: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 4 }) }),
  isSidechain: fc.integer({ min: 0, max: 80 }).map((n) => n === 0),
  isRepeated: fc.integer({ min: 0, max: 80 }).map((n) => n === 0),
  seconds: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 8 }) }, { weight: 1, arbitrary: fc.integer({ min: -20, max: 0 }) }),
  cache: fc.integer({ min: 0, max: 3 }),
});

type Line = typeof LINE extends fc.Arbitrary<infer Planned> ? Planned : never;

function madeUp(plans: readonly Line[]): string {
  const written: string[] = [];
  const calls: string[] = [];
  let id = 0;
  let time = 0;
  let answer = 0;
  let cached = 100;
  let before = 'prompt';
  for (const { what: planned, up, isAhead, sameAnswer, call, isSidechain, isRepeated, seconds, cache } of plans) {
    // A turn goes on as turns do.
    const what =
      planned !== 'turn' ? planned : before === 'call' ? 'result' : before === 'thinking' ? 'call' : before === 'text' ? 'prompt' : 'text';
    before = what;
    time += seconds;
    if (what === 'snapshot') {
      written.push(JSON.stringify({ type: 'file-history-snapshot', messageId: idOf(Math.max(0, id - 1)), snapshot: {} }));
      continue;
    }
    if (what === 'pin') {
      written.push(JSON.stringify({ type: 'last-prompt', lastPrompt: 'go on', leafUuid: idOf(Math.max(0, id - 1 - up)) }));
      continue;
    }
    if (isRepeated && written.length > 0) {
      written.push(written[Math.max(0, written.length - 1 - up)]!);
      continue;
    }
    const parent = isAhead ? idOf(id + up + 1) : id - 1 - up < 0 ? null : idOf(id - 1 - up);
    const isAnswer = what === 'text' || what === 'thinking' || what === 'call' || what === 'error';
    if (isAnswer && !sameAnswer) answer++;
    if (what === 'call') calls.push(`call_${calls.length}`);
    const asked = calls.at(-1 - call) ?? 'call_x';
    const usage = { cache_read_input_tokens: cached, cache_creation_input_tokens: 10 * cache };
    if (isAnswer) cached += 10 * cache;
    const next = record(
      {
        id: idOf(id++),
        parent: what === 'boundary' ? null : parent,
        type: isAnswer ? 'assistant' : (TYPES[what] ?? 'user'),
        at: time,
        extra: { ...(isSidechain ? { isSidechain: true } : {}), ...extraOf(what, id) },
      },
      0,
    );
    const message = { id: `msg_${answer}`, role: 'assistant', usage, ...(what === 'error' ? { model: '<synthetic>' } : {}) };
    const content = contentOf(what, asked);
    if (isAnswer) next['message'] = { ...message, content };
    else if (next['type'] === 'user') next['message'] = { role: 'user', content };
    written.push(JSON.stringify(next));
  }
  return written.map((line) => `${line}\n`).join('');
}

const TYPES: Readonly<Record<string, RecordSpec['type']>> = {
  system: 'system',
  boundary: 'system',
  attachment: 'attachment',
  queued: 'attachment',
  progress: 'progress',
  hook: 'saved_hook_context',
};

function extraOf(what: string, id: number): Record<string, unknown> {
  if (what === 'attachment') return { attachment: { type: 'task_reminder' } };
  if (what === 'queued') return { attachment: { type: 'queued_command', prompt: 'and this' } };
  if (what === 'injected') return { isMeta: true };
  if (what === 'summary') return { isCompactSummary: true };
  if (what === 'error') return { isApiErrorMessage: true };
  if (what === 'progress') return { toolUseID: `call_${id % 7}`, data: { type: 'hook_progress' } };
  if (what !== 'boundary') return {};
  const kept = id % 2 === 0 ? { preservedSegment: { headUuid: idOf(id - 4), anchorUuid: idOf(id), tailUuid: idOf(id - 2) } } : {};
  return { subtype: 'compact_boundary', compactMetadata: { trigger: 'auto', ...kept } };
}

function contentOf(what: string, call: string): unknown {
  if (what === 'call') return [{ type: 'tool_use', id: call, name: 'Read', input: {} }];
  if (what === 'result') return [{ type: 'tool_result', tool_use_id: call, content: 'read' }];
  if (what === 'thinking') return [{ type: 'thinking', thinking: 'so', signature: 'x' }];
  return [{ type: 'text', text: what }];
}
