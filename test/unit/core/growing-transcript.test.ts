import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingTranscript } from '../../../src/core/transcript/growing-transcript.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import type { TranscriptIndex } from '../../../src/core/transcript/transcript-index.ts';
import { generateSession } from '../../generator/session.ts';
import { conversation, lines } from '../../support/records.ts';

/** A file that changes under its reader, and counts what is read of it. */
class ChangingFile {
  readonly name = 'changing.jsonl';
  bytes: Uint8Array = new Uint8Array(0);
  bytesRead = 0;

  set text(value: string) {
    this.bytes = new TextEncoder().encode(value);
  }

  size(): Promise<number> {
    return Promise.resolve(this.bytes.length);
  }

  read(start: number, end: number): Promise<Uint8Array> {
    this.bytesRead += Math.max(0, Math.min(end, this.bytes.length) - start);
    return Promise.resolve(this.bytes.slice(start, end));
  }
}

/** All that an index says, names written out: their numbers depend on when they were first read. */
function said(index: TranscriptIndex): unknown {
  const { columns, tools, names, words } = index;
  const rest = Object.fromEntries(Object.entries(index).filter(([name]) => name !== 'names' && name !== 'words'));
  const named = (ids: ArrayLike<number>): string[] => Array.from(ids, (id) => (id < 0 ? String(id) : names.text(id)));
  return {
    ...rest,
    columns: {
      ...columns,
      ...Object.fromEntries(
        (['uuid', 'parent', 'session', 'messageId', 'agent', 'toolUse'] as const).map((name) => [name, named(columns[name])]),
      ),
      type: Array.from(columns.type, (id) => words.text(id)),
      subtype: Array.from(columns.subtype, (id) => words.text(id)),
    },
    tools: { ...tools, id: named(tools.id), name: named(tools.name) },
    pins: index.pins.map(({ record, leaf }) => [record, names.text(leaf)]),
    version: names.text(index.version),
    branch: names.text(index.branch),
  };
}

const SESSION = new TextDecoder().decode(generateSession({ seed: 3, records: 400 }).files[0]!.bytes);
const TORN = [
  '{"type":"user","uuid":"x1","parentUuid":nu',
  'garbage\n',
  '\u0000\u0000\n',
  '{"type":"user","uuid":"x2","text":"one\ntwo"}\n',
  '\n',
  '  ',
];

describe('a transcript that is being written', () => {
  it('is indexed as if it were read anew, wherever the writer stops', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 4000 }) }, { weight: 1, arbitrary: fc.constantFrom(...TORN) }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        async (steps) => {
          const file = new ChangingFile();
          const growing = new GrowingTranscript(file);
          let taken = Math.floor(SESSION.length / 2);
          let text = SESSION.slice(0, taken);
          for (const step of [0, ...steps]) {
            if (typeof step === 'string') text += step;
            else {
              text += SESSION.slice(taken, taken + step);
              taken += step;
            }
            file.text = text;
            deepStrictEqual(said(await growing.read()), said(await readTranscript(file)));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is read no further than what was appended and a few samples', async () => {
    const file = new ChangingFile();
    const growing = new GrowingTranscript(file);
    const many = lines(conversation(20_000));
    file.text = many;
    await growing.read();
    file.text = many + lines(conversation(1));
    file.bytesRead = 0;
    expect((await growing.read()).count).toBe(20_001);
    expect(file.bytesRead).toBeLessThan(many.length / 20);
  });

  it('is read anew when something was changed, taken out or put in before its end', async () => {
    const file = new ChangingFile();
    const growing = new GrowingTranscript(file);
    const many = conversation(5000);
    file.text = lines(many);
    await growing.read();
    const changes = [many.filter((_, i) => i !== 2500), [...many.slice(0, 100), ...conversation(1), ...many.slice(100)], many.slice(0, 50)];
    for (const changed of changes) {
      file.text = lines(changed) + lines(conversation(3));
      expect((await growing.read()).count).toBe(changed.length + 3);
    }
  });
});
