import { describe, expect, it } from 'vitest';
import { summaryBy } from '../../../src/core/formats/claude-code/compacted.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { answer, boundary, id, keeps, keepsFrom, lines, says, summary, system, user, type Extra } from '../../resume/small.ts';
import { present } from '../../support/expect-value.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import type { RecordSpec } from '../../support/records.ts';

const INTRODUCTION =
  'This session is being continued from a previous conversation that ran out of context. The summary below covers the earlier portion of the conversation.\n\n';
const many = { preTokens: 150_000 };
const open = async (specs: readonly RecordSpec[]): Promise<SessionAnalysis> => SessionAnalysis.open(memoryPorts(lines(specs)));
const codes = async (analysis: SessionAnalysis): Promise<string[]> =>
  (await analysis.judgement.findings()).map(({ severity, code, line }) => `${severity} ${code} ${line}`);
const figures = async (analysis: SessionAnalysis): Promise<string> => {
  const { now, repaired, total } = (await analysis.judgement.summary()).resume;
  return `${now} → ${repaired} of ${total}`;
};
/** Best repair of the first finding: `high bypass`. */
const best = async (analysis: SessionAnalysis): Promise<string | undefined> => {
  const finding = present((await analysis.judgement.findings())[0]);
  const suggestion = (await analysis.judgement.suggestions(finding.id))[0];
  return suggestion && `${suggestion.confidence} ${suggestion.kind}`;
};
const summarySaying = (n: number, parent: number, content: unknown, extra: Extra = {}): RecordSpec =>
  says(n, parent, 'user', content, { ...extra, keys: { isCompactSummary: true, isVisibleInTranscriptOnly: true } });
const before = [user(1, null), answer(2, 1), user(3, 2), answer(4, 3)];
const good = (n: number, parent: number): RecordSpec => summarySaying(n, parent, `${INTRODUCTION}${'They did this and that. '.repeat(40)}`);

describe('a compaction without a summary', () => {
  it('is left out, and the conversation goes on where it stood', async () => {
    const analysis = await open([...before, boundary(5, { logical: 4, metadata: many }), user(6, 5), answer(7, 6)]);
    expect(await codes(analysis)).toEqual(['error compaction-without-summary 5']);
    expect(await best(analysis)).toBe('high bypass');
    expect(await figures(analysis)).toBe('2 → 6 of 6');
  });

  it('is left out after another one that has a summary: only what that one left is loaded again', async () => {
    const analysis = await open([
      ...before,
      boundary(5, { logical: 4, metadata: many }),
      good(6, 5),
      user(7, 6),
      answer(8, 7),
      boundary(9, { logical: 8, metadata: many }),
      user(10, 9),
      answer(11, 10),
    ]);
    expect(await codes(analysis)).toEqual(['error compaction-without-summary 9']);
    expect(await figures(analysis)).toBe('2 → 5 of 9');
  });

  it('is left out with the ones that a resume would then come to', async () => {
    const analysis = await open([
      ...before,
      boundary(5, { logical: 4, metadata: many }),
      user(6, 5),
      answer(7, 6),
      boundary(8, { logical: 7, metadata: many }),
      system(9, 8),
      user(10, 9),
      answer(11, 10),
    ]);
    expect(await codes(analysis)).toEqual(['error compaction-without-summary 5', 'error compaction-without-summary 8']);
    expect(await figures(analysis)).toBe('2 → 8 of 8');
  });

  it('does not matter when one with a summary follows', async () => {
    const specs = [
      ...before,
      boundary(5, { logical: 4 }),
      user(6, 5),
      answer(7, 6),
      boundary(8, { logical: 7 }),
      good(9, 8),
      user(10, 9),
      answer(11, 10),
    ];
    expect(await codes(await open(specs))).toEqual([]);
  });

  it('asks where the record that it names is not there', async () => {
    const analysis = await open([...before, boundary(5, { logical: 99 }), user(6, 5), answer(7, 6)]);
    expect(await codes(analysis)).toEqual(['error compaction-without-summary 5']);
    expect(await best(analysis)).toBe('medium bypass');
  });

  it.each([
    ['that the file begins with', [boundary(5, { logical: 99 }), user(6, 5), answer(7, 6)]],
    ['that the file ends with', [...before, boundary(5, { logical: 4 })]],
    [
      'of which the summary follows before kept messages',
      [...before, boundary(5, { logical: 4, metadata: keeps(5, [3, 4]) }), summary(6, 4), answer(7, 6)],
    ],
  ])('is healthy: one %s', async (_, specs) => {
    expect(await codes(await open(specs))).toEqual([]);
  });
});

describe('a summary that is none', () => {
  it.each([
    ['an error', 'API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"OAuth token has expired."}}'],
    ['empty', ''],
    ['an error in tags', '<summary>\nAPI Error: Connection error.\n</summary>'],
    [
      'a failure and the client’s own words behind it',
      'Prompt is too long\nPlease continue the conversation from where we left it off without asking questions.',
    ],
    ['an interruption', '[Request interrupted by user]'],
  ])('is left out with its boundary: %s', async (_, text) => {
    const analysis = await open([
      ...before,
      boundary(5, { logical: 4, metadata: many }),
      summarySaying(6, 5, INTRODUCTION + text),
      user(7, 6),
      answer(8, 7),
    ]);
    expect(await codes(analysis)).toEqual(['error compaction-without-summary 5', 'warning summary-unusable 6']);
    expect(await best(analysis)).toBe('high bypass');
    expect(await figures(analysis)).toBe('3 → 6 of 6');
  });

  it('is told before anything was said under it', async () => {
    const specs = [...before, boundary(5, { logical: 4 }), summarySaying(6, 5, `${INTRODUCTION}API Error: 529 Overloaded`)];
    expect(await codes(await open(specs))).toEqual(['error compaction-without-summary 5', 'warning summary-unusable 6']);
  });

  it('asks where it is only far too short for what it stands for', async () => {
    const specs = (content: string, preTokens: number): RecordSpec[] => [
      ...before,
      boundary(5, { logical: 4, metadata: { preTokens } }),
      summarySaying(6, 5, content),
      user(7, 6),
      answer(8, 7),
    ];
    const analysis = await open(specs(`${INTRODUCTION}They went on.`, 150_000));
    expect(await codes(analysis)).toEqual(['error compaction-without-summary 5', 'warning summary-unusable 6']);
    expect(await best(analysis)).toBe('medium bypass');
    expect(await codes(await open(specs('ok', 150_000)))).toEqual(['error compaction-without-summary 5', 'warning summary-unusable 6']);
    expect(await codes(await open(specs(`${INTRODUCTION}They went on.`, 9_000)))).toEqual([]);
    expect(await codes(await open(specs('Rounds up to 2 are set.', 150_000)))).toEqual([]);
  });

  it('is not one that quotes an error and goes on', () => {
    expect(
      summaryBy({ message: { content: `${INTRODUCTION}API Error 401 was the subject. ${'More of it. '.repeat(300)}` } }).isFailure,
    ).toBe(false);
    expect(
      summaryBy({ message: { content: [{ type: 'text', text: `${INTRODUCTION}Summary:\n1. The user met "API Error: 401".` }] } }).isFailure,
    ).toBe(false);
  });
});

describe('a summary that the chain passes by', () => {
  const twice = (second: Record<string, unknown>, parent: number, echo: RecordSpec[] = []): RecordSpec[] => [
    ...before,
    boundary(5, { logical: 4, metadata: { ...many, ...keepsFrom(6, 4, 4) } }),
    good(6, 5),
    ...echo,
    user(7, 6),
    answer(8, 7),
    boundary(9, { logical: 8, metadata: { ...many, ...second } }),
    good(10, 9),
    user(11, parent, { at: 1000 }),
    answer(12, 11, { at: 1001 }),
  ];

  it('is continued: what an older place brings is said, and asked', async () => {
    // The tail that is named lies before the head.
    const analysis = await open(twice(keepsFrom(10, 8, 2), 2));
    expect(await codes(analysis)).toEqual(['error summary-passed-by 11']);
    expect(await best(analysis)).toBe('medium reparent');
    expect(present((await analysis.judgement.findings())[0]).message).toContain('loads 2 messages of the conversation before it');
  });

  it('is continued where nothing of the older place is loaded either; the SDK loads that place, so it asks', async () => {
    const analysis = await open(twice({}, 2));
    expect(await codes(analysis)).toEqual(['error summary-passed-by 11']);
    expect(await best(analysis)).toBe('medium reparent');
    const finding = present((await analysis.judgement.findings())[0]);
    expect(finding.message).toContain('loads nothing of what was said before, and not the summary');
    expect((await analysis.judgement.suggestions(finding.id))[0]).toMatchObject({ newParent: id(10), effect: { before: 2, after: 3 } });
  });

  it('is a warning where all that it stands for is sent instead', async () => {
    const analysis = await open([...before, boundary(5, { logical: 4, metadata: many }), good(6, 5), user(7, 4), answer(8, 7)]);
    expect(await codes(analysis)).toEqual(['warning summary-passed-by 7']);
    expect(await best(analysis)).toBe('medium reparent');
  });

  it('is no finding where kept messages are put behind it', async () => {
    expect(await codes(await open(twice(keepsFrom(10, 8, 8), 2)))).toEqual([]);
    expect(await codes(await open(twice({ ...keeps(10, [7, 8]) }, 8)))).toEqual([]);
  });

  it('is no finding after a talk below it: somebody went back', async () => {
    const specs = [
      ...before,
      boundary(5, { logical: 4, metadata: many }),
      good(6, 5),
      user(7, 6),
      answer(8, 7),
      user(9, 2, { at: 500 }),
      answer(10, 9, { at: 501 }),
    ];
    expect(await codes(await open(specs))).toEqual([]);
  });
});

it('a boundary that has a parent is healthy', async () => {
  const cut = { ...boundary(5, { logical: 4, metadata: many }), parent: id(4) };
  expect(await codes(await open([...before, cut, good(6, 5), user(7, 6), answer(8, 7)]))).toEqual([]);
});
