/** Branches that took turns, answers beside which the talk went on, and ends that a note names. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionsOf, type Finding, type Suggestion } from '../../../src/core/findings/finding.ts';
import { LOADERS } from '../../../src/core/loaders/loaders.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { answer, attachment, call, result, system, thinking, user, boundary, summary } from '../../resume/small.ts';
import { present } from '../../support/expect-value.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { idOf, lines, SESSION, type RecordSpec } from '../../support/records.ts';

const PRIMARIES = LOADERS.list.map(({ id }) => id);

const pinOf = (leaf: number): string =>
  `${JSON.stringify({ type: 'last-prompt', lastPrompt: 'x', leafUuid: idOf(leaf), sessionId: SESSION })}\n`;

async function judged(text: string, primary: string): Promise<SessionAnalysis> {
  return SessionAnalysis.open(memoryPorts(text), undefined, undefined, { ...LOADERS, primary, isChosen: true });
}

interface Judged {
  readonly finding: Finding;
  readonly suggestions: readonly Suggestion[];
}

async function only(text: string, primary: string): Promise<Judged> {
  const { judgement } = await judged(text, primary);
  const findings = await judgement.findings();
  expect(findings).toHaveLength(1);
  return { finding: present(findings[0]), suggestions: await judgement.suggestions(present(findings[0]).id) };
}

/** Figures of every loader after a suggestion, the primary one's first. */
const after = ({ effect }: Suggestion): number[] => [effect.after, ...effect.others.map((other) => other.after)];

/** Prompt n, its answer n + 1 and a note n + 2, all at about the same time. */
function turn(n: number, parent: number | null, at: number): RecordSpec[] {
  return [user(n, parent, { at }), answer(n + 1, n, { at: at + 4 }), system(n + 2, n + 1, { at: at + 5 })];
}

describe.each(PRIMARIES)('branches, judged by %s', (primary) => {
  it('of a bridge that spoke under an old record, which took turns with the desk, are put in order of time', async () => {
    const desk = [...turn(1, null, 0), ...turn(4, 3, 60), ...turn(7, 6, 120)];
    const phone = [...turn(10, 3, 200), ...turn(13, 12, 260)];
    const later = [...turn(16, 9, 400), ...turn(19, 18, 460)];
    const text = lines([...desk, ...phone]) + pinOf(15) + lines(later) + pinOf(21);
    const { finding, suggestions } = await only(text, primary);
    expect(finding).toMatchObject({ code: 'branches-compete', severity: 'error' });
    expect(finding.message).toContain('2 turns of the 6');
    const [best] = suggestions;
    expect(present(best).confidence).toBe('high');
    expect(actionsOf(present(best))).toEqual([
      { kind: 'reparent', uuid: idOf(10), parent: idOf(9) },
      { kind: 'reparent', uuid: idOf(16), parent: idOf(15) },
    ]);
    expect(after(present(best))).toEqual([14, 14]);
    expect(suggestions.slice(1).map(({ action }) => action)).toEqual([{ kind: 'choose-leaf', uuid: idOf(14) }]);
  });

  it('of two programs whose end a note names, are put in order of time, and either end can be chosen', async () => {
    const text =
      lines([...turn(1, null, 0), ...turn(4, 3, 60), ...turn(20, 3, 120)]) +
      pinOf(22) +
      lines([...turn(7, 6, 180), ...turn(23, 22, 240)]) +
      pinOf(25) +
      lines(turn(10, 9, 300));
    const { finding, suggestions } = await only(text, primary);
    const lost = primary === 'claude-code' ? '3 turns of the 5' : '2 turns of the 5';
    expect(finding.message).toContain(lost);
    expect(suggestions.map(({ kind, confidence }) => [kind, confidence])).toEqual([
      ['reparent', 'high'],
      ['choose-leaf', 'medium'],
      ['choose-leaf', 'medium'],
    ]);
    expect(after(present(suggestions[0]))).toEqual([12, 12]);
  });

  it('of two machines whose tails were joined, one behind the other in the file', async () => {
    const one = [...turn(4, 3, 60), ...turn(7, 6, 120)];
    const other = [...turn(20, 3, 90), ...turn(23, 22, 130)];
    const { suggestions } = await only(lines([...turn(1, null, 0), ...one]) + pinOf(9) + lines(other), primary);
    expect(present(suggestions[0]).confidence).toBe('high');
    expect(after(present(suggestions[0]))).toEqual([10, 10]);
  });

  it('that were left by going back are healthy, also where the lines stand in another order', async () => {
    const left = [...turn(4, 3, 60), ...turn(7, 6, 120)];
    const taken = [...turn(20, 3, 200), ...turn(23, 22, 260)];
    const mixed = left.flatMap((spec, i) => [spec, present(taken[i])]);
    for (const specs of [[...left, ...taken], mixed]) {
      expect(await (await judged(lines([...turn(1, null, 0), ...specs]), primary)).judgement.findings()).toEqual([]);
    }
  });

  it('that were left inside one of two that took turns stay left', async () => {
    const one = [...turn(4, 3, 60), ...turn(7, 6, 80), ...turn(10, 6, 120), ...turn(13, 12, 300)];
    const other = [...turn(20, 3, 200), ...turn(23, 22, 400)];
    const { suggestions } = await only(lines([...turn(1, null, 0), ...one, ...other]), primary);
    const links = actionsOf(present(suggestions[0]));
    expect(links).toEqual([
      { kind: 'reparent', uuid: idOf(20), parent: idOf(12) },
      { kind: 'reparent', uuid: idOf(13), parent: idOf(22) },
      { kind: 'reparent', uuid: idOf(23), parent: idOf(15) },
    ]);
    expect(after(present(suggestions[0]))).toEqual([12, 12]);
  });

  it('of any number of programs are loaded whole, in order of time, by every loader', async () => {
    const programs = fc.integer({ min: 2, max: 4 });
    const session = programs.chain((count) =>
      fc.record({ count: fc.constant(count), order: fc.array(fc.nat(count - 1), { minLength: 4, maxLength: 12 }), joined: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(session, async ({ count, order, joined }) => {
        // All of them went on again after another one did.
        const turns = [...order, ...Array.from({ length: 2 * count }, (_, i) => i % count)];
        const ends = new Array<number>(count).fill(3);
        const written = turns.map((program, i) => {
          const n = 4 + 3 * i;
          const made = turn(n, ends[program]!, 60 * (i + 1));
          ends[program] = n + 2;
          return { program, made };
        });
        // Where files are joined, each program's lines stand together; the newest must not be the last.
        const placed = joined ? [...written].sort((a, b) => a.program - b.program) : written;
        const text = lines([...turn(1, null, 0), ...placed.flatMap(({ made }) => made)]);
        const analysis = await judged(text, primary);
        const { repairs, effect } = await analysis.trials.plan('high');
        expect(repairs).toHaveLength(1);
        const all = 2 + 2 * turns.length;
        expect([effect.after, ...effect.others.map((other) => other.after)]).toEqual([all, all]);
        const chains = await analysis.judgement.loadedChains();
        const inTime = [1, 2, ...turns.flatMap((_, i) => [4 + 3 * i, 5 + 3 * i])].map(idOf);
        for (const { repaired } of chains.values()) expect(repaired).toEqual(inTime);
      }),
      { numRuns: 40 },
    );
  });
});

describe.each(PRIMARIES)('an answer beside which the talk went on, judged by %s', (primary) => {
  const asked = [...turn(1, null, 0), user(4, 3, { at: 60 }), thinking(5, 4, { at: 61, group: 5 })];

  it('is continued by the record of the client that hangs beside it', async () => {
    const specs = [
      ...asked,
      call(6, 5, { at: 62, group: 5 }),
      result(7, 6, 6, { at: 63 }),
      answer(8, 7, { at: 70 }),
      system(9, 7, { at: 70.2, keys: { subtype: 'stop_hook_summary' } }),
      system(10, 9, { at: 70.3 }),
      ...turn(11, 10, 120),
    ];
    const { finding, suggestions } = await only(lines(specs), primary);
    expect(finding).toMatchObject({ code: 'answer-passed-by', severity: 'error', uuid: idOf(9) });
    expect(suggestions.map(({ action, confidence }) => [action, confidence])).toEqual([
      [{ kind: 'reparent', uuid: idOf(9), parent: idOf(8) }, 'high'],
    ]);
  });

  it('is taken in whole: thinking, calls and text', async () => {
    const specs = [
      ...turn(1, null, 0),
      user(4, 3, { at: 60 }),
      thinking(5, 4, { at: 61, group: 5 }),
      call(6, 5, { at: 62, group: 5 }),
      result(7, 6, 6, { at: 63 }),
      answer(8, 7, { at: 70 }),
      attachment(9, 4, { at: 70.1 }),
      ...turn(11, 9, 120),
    ];
    const { finding, suggestions } = await only(lines(specs), primary);
    expect(finding.code).toBe('answer-passed-by');
    expect(finding.message).toContain('4 messages');
    expect(present(suggestions[0]).action).toEqual({ kind: 'reparent', uuid: idOf(9), parent: idOf(8) });
    expect(present(suggestions[0]).confidence).toBe('high');
  });

  it('is no finding where the client only said something by itself', async () => {
    const message = { id: 'x', role: 'assistant', model: '<synthetic>', content: [{ type: 'text', text: 'No response requested.' }] };
    const report = answer(8, 4, { at: 70, keys: { message } });
    const specs = [...turn(1, null, 0), user(4, 3, { at: 60 }), report, system(9, 4, { at: 71 }), answer(10, 9, { at: 72 })];
    expect(await (await judged(lines(specs), primary)).judgement.findings()).toEqual([]);
  });
});

describe('an end that a note names', () => {
  const primary = 'claude-code';

  it('keeps the newest turns from the client: they are chosen', async () => {
    const specs = [...turn(1, null, 0), ...turn(4, 3, 60), ...turn(7, 6, 120)];
    const text = lines(specs) + pinOf(9) + lines([...turn(20, 3, 200), ...turn(23, 22, 260), ...turn(26, 25, 300)]);
    const { finding, suggestions } = await only(text, primary);
    expect(finding).toMatchObject({ code: 'end-pinned', severity: 'error', uuid: idOf(27) });
    expect(suggestions.map(({ action, confidence }) => [action, confidence])).toEqual([
      [{ kind: 'choose-leaf', uuid: idOf(27) }, 'medium'],
    ]);
    expect(present(suggestions[0]).effect).toMatchObject({ before: 6, after: 8 });
  });

  it('before a compaction keeps all that was said since from the client', async () => {
    const text =
      lines([...turn(1, null, 0), ...turn(4, 3, 60)]) +
      pinOf(6) +
      lines([boundary(7, { at: 100, logical: 6 }), summary(8, 7, { at: 101 }), ...turn(9, 8, 120)]);
    const { finding } = await only(text, primary);
    expect(finding.code).toBe('end-pinned');
  });

  it('is right where only the client said something elsewhere', async () => {
    const graft = [user(20, 1, { at: 200, keys: { isMeta: true } }), answer(21, 20, { at: 201 })];
    const text = lines([...turn(1, null, 0), ...turn(4, 3, 60)]) + pinOf(6) + lines(graft);
    // The documented loader follows the graft: that is another finding.
    const codes = (await (await judged(text, primary)).judgement.findings()).map(({ code }) => code);
    expect(codes).not.toContain('end-pinned');
  });

  it('is overrun by a graft where no note names it: the graft continues the end of the conversation', async () => {
    const graft = [user(20, 1, { at: 200, keys: { isMeta: true } }), answer(21, 20, { at: 201 })];
    const { finding, suggestions } = await only(lines([...turn(1, null, 0), ...turn(4, 3, 60), ...graft]), primary);
    expect(finding).toMatchObject({ code: 'stale-graft', severity: 'error', uuid: idOf(20) });
    expect(present(suggestions[0])).toMatchObject({ action: { kind: 'reparent', uuid: idOf(20), parent: idOf(5) }, confidence: 'high' });
  });
});

describe('branches beside a cycle of parents', () => {
  it('are judged, and lead nobody round', async () => {
    const cycle = [user(1, 2), answer(2, 1), ...[user(3, 1), answer(4, 3), user(5, 1), answer(6, 5), user(7, 2), answer(8, 7)]];
    const { judgement } = await judged(lines(cycle), 'claude-code');
    expect((await judgement.findings()).map(({ code }) => code)).toContain('parent-cycle');
  });
});
