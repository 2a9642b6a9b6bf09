import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../src/core/patch/apply-patch.ts';
import { verifyCopy } from '../../../src/core/patch/verify-copy.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { memoryPorts, memorySource } from '../../support/memory-source.ts';
import { SESSION, conversation, idOf, lines, record, type RecordSpec } from '../../support/records.ts';
import { present } from '../../support/expect-value.ts';

const NEW_ID = '99999999-8888-4777-8666-555555555555';

async function copyOf(text: string): Promise<{ copy: string; faults: string[]; loaded: number }> {
  const ports = memoryPorts(text);
  const analysis = await SessionAnalysis.open(ports);
  const repairs = (await analysis.trials.plan('low')).repairs.map(({ suggestion }) => suggestion.action);
  const parts: string[] = [];
  const decoder = new TextDecoder();
  const bytes: Uint8Array[] = [];
  await applyPatch(ports.source, await analysis.copies.patch(NEW_ID, repairs), (piece) => {
    bytes.push(piece.slice());
    return Promise.resolve();
  });
  parts.push(decoder.decode(Buffer.concat(bytes)));
  const expected = await analysis.copies.expectation(NEW_ID, repairs);
  return { copy: parts.join(''), faults: await verifyCopy(memorySource(Buffer.concat(bytes)), expected), loaded: expected.loads };
}

/** What the text becomes when only session ids and the given parents change. */
function expectedText(text: string, parents: Record<string, string> = {}): string {
  let result = text.replaceAll(SESSION, NEW_ID);
  for (const [from, to] of Object.entries(parents)) result = result.replace(`"parentUuid":"${from}"`, `"parentUuid":"${to}"`);
  return result;
}

describe('a repaired copy', () => {
  it('changes the bytes of session id and repaired parent and no other', async () => {
    const text = lines(conversation(8).filter((spec) => spec.id !== idOf(3)));
    const { copy, faults, loaded } = await copyOf(text);
    expect(copy).toBe(expectedText(text, { [idOf(3)]: idOf(2) }));
    expect(faults).toEqual([]);
    expect(loaded).toBe(7);
  });

  it('keeps odd spacing, number forms, key order and escapes as they are', async () => {
    const odd = `{ "uuid":"${idOf(1)}" , "n":1.0e+2, "parentUuid" : "${idOf(77)}", "t":"\\u00e9\\/", "sessionId":\t"${SESSION}", "type":"user", "message":{"role":"user","content":"x"}, "timestamp":"2026-02-01T10:00:09.000Z" }`;
    const text = `${JSON.stringify(record({ id: idOf(0) }))}\r\n${odd}\r\n`;
    const { copy, faults } = await copyOf(text);
    expect(copy).toBe(text.replaceAll(SESSION, NEW_ID).replace(idOf(77), idOf(0)));
    expect(faults).toEqual([]);
  });

  it('leaves a session id inside a text alone', async () => {
    const text = lines([{ id: idOf(0), content: `see "sessionId":"${SESSION}"` }]);
    const { copy } = await copyOf(text);
    expect(copy).toContain(`see \\"sessionId\\":\\"${SESSION}\\"`);
  });

  it('puts records that share a line on lines of their own and ends with a newline', async () => {
    const [a, b, c] = conversation(3).map((spec, i) => JSON.stringify(record(spec, i)));
    const { copy, faults, loaded } = await copyOf(`${a}\n${b}${c}`);
    expect(copy).toBe(expectedText(`${a}\n${b}\n${c}\n`));
    expect(faults).toEqual([]);
    expect(loaded).toBe(3);
  });

  it('leaves out the bytes of a cut-off record: no reader can use them, and the file keeps them', async () => {
    const [a, b, c] = conversation(3).map((spec, i) => JSON.stringify(record(spec, i)));
    const { copy, faults } = await copyOf(`${a}\n${present(b).slice(0, 60)}${c}\n${present(b).slice(0, 60)}`);
    expect(copy).toBe(expectedText(`${a}\n${c}\n`, { [idOf(1)]: idOf(0) }));
    expect(faults).toEqual([]);
  });

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('escapes raw line breaks inside a record (%s)', async (_, lineEnd) => {
    const specs = conversation(4).filter((spec) => spec.id !== idOf(1));
    const whole = lines(specs.map((spec) => (spec.id === idOf(2) ? { ...spec, content: 'a\n\n"b"\n' } : spec)));
    const text = whole.replaceAll('\\n', '\n').replaceAll('\n', lineEnd);
    const { copy, faults, loaded } = await copyOf(text);
    expect(copy).toBe(expectedText(whole, { [idOf(1)]: idOf(0) }).replaceAll('\n', lineEnd));
    expect(faults).toEqual([]);
    expect(loaded).toBe(3);
  });

  it('leaves NUL bytes out of a record, those in what it replaces too', async () => {
    const whole = lines(conversation(3));
    const line = present(whole.split('\n')[1]);
    const spoilt = line.replace(',"message"', '\0,"message"\0').replace(SESSION, `\0${SESSION.slice(0, 9)}\0\0${SESSION.slice(9)}`);
    const { copy, faults } = await copyOf(whole.replace(line, spoilt));
    expect(copy).toBe(expectedText(whole));
    expect(faults).toEqual([]);
  });

  it('gives whole records between cut-off ones lines of their own', async () => {
    const [a, b, c, d] = conversation(4).map((spec, i) => JSON.stringify(record(spec, i)));
    const { copy, faults } = await copyOf(`${a}${present(c).slice(0, 60)}${b}${present(d).slice(0, 70)}\n`);
    expect(copy).toBe(expectedText(`${a}\n${b}\n`));
    expect(faults).toEqual([]);
  });

  it('drops a byte order mark', async () => {
    const { copy, faults } = await copyOf(`\ufeff${lines(conversation(3))}`);
    expect(copy).toBe(expectedText(lines(conversation(3))));
    expect(faults).toEqual([]);
  });

  it('leaves the time of the leaf as it is where no repair chose it: a fresh one would move a client that goes by time', async () => {
    const specs: RecordSpec[] = [
      ...conversation(3),
      { id: idOf(10), parent: idOf(0), type: 'assistant', at: 900 },
      { id: idOf(11), parent: idOf(2), at: 5 },
    ];
    const { copy, faults } = await copyOf(lines(specs));
    expect(copy).toBe(expectedText(lines(specs)));
    expect(faults).toEqual([]);
  });

  it('repeats titles that a listing would no longer see', async () => {
    const title = `{"type":"custom-title","customTitle":"Login form","sessionId":"${SESSION}"}\n`;
    const { copy, faults } = await copyOf(title + lines(conversation(500)));
    expect(copy.endsWith(title.replace(SESSION, NEW_ID))).toBe(true);
    expect(faults).toEqual([]);
  });

  it('is what was planned, whatever was lost or damaged', async () => {
    const session = conversation(14);
    const damage = fc.record({
      lost: fc.subarray(session.map((spec) => spec.id)),
      glue: fc.subarray([1, 3, 5, 7]),
      cut: fc.option(fc.nat(5)),
      tail: fc.constantFrom('', '\n', '{"ty', '\0\0'),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ lost, glue, cut, tail }) => {
        fc.pre(lost.length < session.length - 1);
        const kept = session.filter((spec) => !lost.includes(spec.id)).map((spec, i) => JSON.stringify(record(spec, i)));
        const text = kept.map((line, i) => (cut === i ? line.slice(0, 50) : line) + (glue.includes(i) ? '' : '\n')).join('') + tail;
        const { copy, faults } = await copyOf(text);
        expect(faults).toEqual([]);
        const stripped = (value: string): string =>
          value
            .replaceAll(/"parentUuid":"[0-9a-f-]{36}"/g, '')
            .replaceAll(/"timestamp":"[^"\n]*"/g, '')
            .replaceAll('\n', '');
        const whole = kept.filter((_, i) => cut !== i).join('\n');
        expect(stripped(copy)).toBe(stripped(whole.replaceAll(SESSION, NEW_ID)));
      }),
      { numRuns: 300 },
    );
  });
});
