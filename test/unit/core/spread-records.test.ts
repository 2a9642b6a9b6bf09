import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../src/core/patch/apply-patch.ts';
import { verifyCopy } from '../../../src/core/patch/verify-copy.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { GrowingTranscript } from '../../../src/core/transcript/growing-transcript.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { memoryPorts, memorySource } from '../../support/memory-source.ts';
import { SESSION, conversation, idOf, record } from '../../support/records.ts';
import { present } from '../../support/expect-value.ts';

const NEW_ID = '99999999-8888-4777-8666-555555555555';
const session = conversation(10).map((spec, i) => record(spec, i));
const line = (n: number): string => JSON.stringify(session[n]);

/** The records of the copy with every repair of high confidence, parsed line by line, under the old session id. */
async function copied(text: string | Uint8Array): Promise<unknown[]> {
  const ports = memoryPorts(text);
  const analysis = await SessionAnalysis.open(ports);
  const repairs = (await analysis.trials.plan('high')).repairs.map(({ suggestion }) => suggestion.action);
  const bytes: Uint8Array[] = [];
  await applyPatch(ports.source, await analysis.copies.patch(NEW_ID, repairs), (piece) => Promise.resolve(void bytes.push(piece.slice())));
  expect(await verifyCopy(memorySource(Buffer.concat(bytes)), await analysis.copies.expectation(NEW_ID, repairs))).toEqual([]);
  const lines = Buffer.concat(bytes).toString('utf8').replaceAll(NEW_ID, SESSION).trimEnd().split(/\r?\n/);
  return lines.map((one): unknown => JSON.parse(one));
}

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

describe('records over several lines', () => {
  it.each([
    ['the whole file', session.map(pretty).join('\n')],
    ['with CRLF', session.map(pretty).join('\n').replaceAll('\n', '\r\n')],
    ['one of them', session.map((one, i) => (i === 4 ? pretty(one) : JSON.stringify(one))).join('\n')],
    ['blank lines between', session.map(pretty).join('\n\n\n')],
  ])('come back: %s', async (_, text) => {
    expect(await copied(text)).toEqual(session);
    expect(await copied(`${text}\n`)).toEqual(session);
  });

  it('have one finding where they are neighbours, a warning where today’s client reads them', async () => {
    const analysis = await SessionAnalysis.open(memoryPorts(session.map(pretty).join('\n')));
    expect((await analysis.judgement.findings()).map(({ code, severity, line: at }) => [code, severity, at])).toEqual([
      ['line-spread', 'warning', 1],
    ]);
  });

  it('are an error in a file that is too large for that', async () => {
    const large = { ...present(session[4]), padding: 'x'.repeat(5 * 1024 * 1024) };
    const analysis = await SessionAnalysis.open(
      memoryPorts(
        [...session.slice(0, 4), large, ...session.slice(5)].map((one, i) => (i === 2 ? pretty(one) : JSON.stringify(one))).join('\n'),
      ),
    );
    expect((await analysis.judgement.findings()).map(({ code, severity }) => [code, severity])).toEqual([['line-spread', 'error']]);
  });

  it('come back wherever white space stands between tokens', async () => {
    const space = fc.array(fc.constantFrom('\n', '\r\n', ' ', '\t', '\n\n'), { maxLength: 2 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(space, { minLength: 5, maxLength: 40 }), async (spaces) => {
        let token = 0;
        const spaced = (text: string): string =>
          text.replace(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g, (match) => `${match}${spaces[token++ % spaces.length] ?? ''}`);
        expect(await copied(session.map((_, i) => spaced(line(i))).join('\n'))).toEqual(session);
      }),
      { numRuns: 60 },
    );
  });

  it('hide no record behind one that is not finished', async () => {
    for (const start of ['{', '{"a":', '{"a":[', pretty(session[3]).slice(0, 60), line(3).slice(0, line(3).indexOf('"message"') + 10)]) {
      const index = await readTranscript(memorySource(`${line(0)}\n${start}\n${line(1)}\n${line(2)}\n`));
      expect(Array.from({ length: index.count }, (_, i) => index.uuidText(i))).toEqual([0, 1, 2].map(idOf));
    }
  });

  it('are no records of a file that is one list', async () => {
    expect((await readTranscript(memorySource(pretty(session)))).count).toBe(0);
  });

  it('appear in a growing file when they are complete', async () => {
    const text = `${line(0)}\n${pretty(session[1])}\n${line(2)}\n`;
    for (const step of [7, 31, 200]) {
      let shown = 0;
      const bytes = new TextEncoder().encode(text);
      const growing = new GrowingTranscript({
        name: 'grows.jsonl',
        size: () => Promise.resolve(shown),
        read: (start, end) => Promise.resolve(bytes.slice(start, Math.min(end, shown))),
      });
      for (shown = 0; shown < bytes.length; shown = Math.min(bytes.length, shown + step)) {
        const index = await growing.read();
        expect(index.count).toBe((await readTranscript(memorySource(bytes.slice(0, shown)))).count);
      }
      expect((await growing.read()).count).toBe(3);
    }
  });

  it('are looked for in linear time', async () => {
    for (const one of ['{\n', '{"a":\n', '{"a":[\n', '{"a":"\n']) {
      const text = one.repeat(600_000 / one.length);
      expect((await readTranscript(memorySource(text))).count).toBe(0);
    }
  }, 30_000);
});

describe('strings that are no JSON', () => {
  const cwd = 'C:\\Users\\Someone\\Shop';
  const talk = session.map((one, i) => ({
    ...one,
    cwd,
    message: { role: i % 2 === 0 ? 'user' : 'assistant', content: `Größe ${i}\nof it` },
  }));
  const halved = (one: unknown): string => JSON.stringify(one).replaceAll('\\\\', '\\');

  it('get their backslashes back', async () => {
    expect(await copied(talk.map(halved).join('\n'))).toEqual(talk);
    expect(await copied(talk.map((one, i) => (i === 3 ? halved(one) : JSON.stringify(one))).join('\n'))).toEqual(talk);
  });

  it.each([
    ['\t', '\\t'],
    ['\u001b', '\\u001b'],
    ['\b', '\\b'],
  ])('get a control character escaped: %j', async (raw, escape) => {
    const content = `a${raw}b`;
    const whole = { ...present(talk[3]), message: { role: 'assistant', content } };
    const text = JSON.stringify(whole);
    expect(text).toContain(escape);
    const lines = talk.map((one, i) => (i === 3 ? text.replace(escape, raw) : JSON.stringify(one)));
    expect(await copied(lines.join('\n'))).toEqual(talk.map((one, i) => (i === 3 ? whole : one)));
  });

  it('are not surely what they were where an escape stands beside', async () => {
    const path = talk.map((one) => ({ ...one, cwd: 'C:\\Users\\new\\Shop' }));
    const analysis = await SessionAnalysis.open(memoryPorts(path.map(halved).join('\n')));
    const [finding] = await analysis.judgement.findings();
    expect(finding?.code).toBe('line-escapes');
    const { repairs } = await analysis.trials.plan('low');
    expect(repairs.map(({ suggestion }) => suggestion.confidence)).toEqual(['medium']);
  });
});

describe('a file of which most cannot be read', () => {
  it('is never cut down without a question', async () => {
    const text = `${line(0)}\n${Array.from({ length: 9 }, () => 'gone').join('\n')}\n`;
    const { repairs } = await (await SessionAnalysis.open(memoryPorts(text))).trials.plan('high');
    expect(repairs).toEqual([]);
  });
});
