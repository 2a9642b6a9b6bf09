import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { independentReader } from '../../../src/core/formats/independent-readers.ts';
import { LAYOUTS } from '../../../src/core/formats/layouts.ts';
import type { Format, Members } from '../../../src/core/formats/format.ts';
import { formatOf, FORMATS } from '../../../src/core/formats/formats.ts';
import { ConversationGraph } from '../../../src/core/graph/conversation-graph.ts';
import { withAppended } from '../../../src/core/transcript/appended.ts';
import { joined } from '../../../src/core/transcript/join-columns.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { FLAG, KIND } from '../../../src/core/transcript/record-kinds.ts';
import type { TranscriptIndex } from '../../../src/core/transcript/transcript-index.ts';
import { memorySource } from '../../support/memory-source.ts';

const [CLAUDE_CODE] = FORMATS;

/** An agent that nobody has: envelopes around what is said, calls and results as parts without a type, no ids and no parents. */
const TOY: Format = {
  ...CLAUDE_CODE,
  id: 'toy',
  title: 'Toy',
  recognises: (text) => text.includes('"envelope"'),
  records: {
    members: {
      envelope: 'type',
      at: 'time',
      letter: {
        object: {
          what: 'subtype',
          by: 'role',
          thread: 'session',
          answerOf: 'answeredCall',
          cost: { object: { read: 'input', written: 'output' } },
          parts: {
            blocks: {
              sort: 'blockType',
              ask: { object: { number: 'callId', tool: 'toolName' }, block: 'call' },
              reply: { object: { number: 'answeredCall' }, block: 'result' },
            },
          },
        },
      },
    },
    kinds: { said: { words: { person: 'user', model: 'assistant' }, reply: 'user', folded: 'system' }, note: 'meta' },
    links: 'order',
    blocks: { words: 'text' },
    boundary: { type: 'said', subtype: 'folded' },
    keptBy: () => null,
    compactedBy: () => ({ tip: null, tokens: null }),
    summaryBy: () => ({ length: 0, isIntroduced: false, isFailure: false }),
    pinType: null,
    queuedPrompt: null,
    apiModelStart: null,
    errorIn: () => null,
    clientTexts: [],
    lastPromptIn: () => null,
    queueType: null,
    queueNote: () => null,
    clientModel: null,
    messageIdStart: null,
    uuidLength: null,
    firstMembers: ['envelope'],
    plainTypes: ['said', 'note'],
  },
};

const line = (envelope: string, letter: object = {}, at = '2026-03-01T10:00:00.000Z'): string => JSON.stringify({ envelope, at, letter });
const SESSION = [
  line('note', { thread: 'ignored' }),
  line('said', { what: 'words', by: 'person', thread: 't1', parts: 'hello' }),
  line('said', {
    what: 'words',
    by: 'model',
    thread: 't1',
    cost: { read: 7, written: 3 },
    parts: [{ sort: 'words' }, { ask: { number: 'c1', tool: 'look' } }, { ask: { number: 'c2', tool: 'list' } }],
  }),
  line('said', { what: 'words', by: 'person', thread: 't1', parts: [{ reply: { number: 'c1' } }] }),
  line('said', { what: 'reply', thread: 't1', answerOf: 'c2' }),
  line('said', { what: 'folded', thread: 't1' }),
];

const read = (lines: readonly string[]): Promise<TranscriptIndex> => readTranscript(memorySource(`${lines.join('\n')}\n`), TOY);
const kinds = (index: TranscriptIndex): string[] =>
  Array.from(index.columns.kind, (kind) => Object.entries(KIND).find(([, number]) => number === kind)![0]);
const parents = ({ columns }: TranscriptIndex): number[] =>
  Array.from(columns.parent, (name) => (name < 0 ? -1 : columns.uuid.indexOf(name)));

describe('another format, read by the same reader', () => {
  it('fills the same columns from other members at other places', async () => {
    const index = await read(SESSION);
    const { columns, names, tools } = index;
    expect(kinds(index)).toEqual(['meta', 'user', 'assistant', 'user', 'user', 'system']);
    expect(names.text(columns.session[1]!)).toBe('t1');
    expect([columns.input[2], columns.output[2]]).toEqual([7, 3]);
    expect(columns.time[1]).toBe(Date.parse('2026-03-01T10:00:00.000Z'));
    expect(columns.flags[1]! & (FLAG.text | FLAG.emptyContent)).toBe(FLAG.text);
    expect(columns.flags[2]! & (FLAG.text | FLAG.toolUse)).toBe(FLAG.text | FLAG.toolUse);
    expect(index.isFlagged(5, FLAG.compactBoundary)).toBe(true);
    const said = (i: number): [string, string, number] => [names.text(tools.id[i]!), names.text(tools.name[i]!), tools.isResult[i]!];
    expect(Array.from(tools.id, (_, i) => said(i))).toEqual([
      ['c1', 'look', 0],
      ['c2', 'list', 0],
      ['c1', '', 1],
      ['c2', '', 1],
    ]);
  });

  it('links records by their order, over those that take no part', async () => {
    const index = await read([...SESSION, line('note'), line('said', { what: 'words', by: 'person', parts: 'go on' })]);
    expect(parents(index)).toEqual([-1, -1, 1, 2, 3, 4, -1, 5]);
    const graph = ConversationGraph.of(index);
    expect(Array.from(graph.parent).slice(2, 6)).toEqual([1, 2, 3, 4]);
  });

  it('goes on where the transcript ended when it grows', async () => {
    const first = await read(SESSION.slice(0, 3));
    const grown = withAppended(first, new TextEncoder().encode(`${SESSION.slice(3).join('\n')}\n`), joined);
    const whole = await read(SESSION);
    expect(parents(grown)).toEqual(parents(whole));
    expect(Array.from(grown.columns.uuid, (_, i) => grown.uuidText(i))).toEqual(
      Array.from(whole.columns.uuid, (_, i) => whole.uuidText(i)),
    );
  });

  it('finds whole records on damaged lines by its own member names', async () => {
    const index = await read([SESSION[1]!.slice(0, 40) + SESSION[2]!, SESSION[3]! + SESSION[4]!]);
    expect(index.problems.map(({ kind, records }) => [kind, records.length])).toEqual([
      ['spliced', 1],
      ['concatenated', 2],
    ]);
    expect(kinds(index)).toEqual(['assistant', 'user', 'user']);
  });

  it('takes the last of a repeated member, as JSON.parse does', async () => {
    const index = await read([
      '{"envelope":"said","letter":{"what":"words","by":"model","thread":"t1","cost":{"read":1},"parts":"x"},"letter":{"what":"words","by":"person","cost":{}}}',
    ]);
    expect(kinds(index)).toEqual(['user']);
    expect([index.columns.session[0], index.columns.input[0]]).toEqual([-1, -1]);
    expect(index.isFlagged(0, FLAG.emptyContent)).toBe(true);
  });
});

describe('the list of formats', () => {
  it('recognises a format by the text of a file', () => {
    expect(formatOf('{"parentUuid":null,"type":"user"}', [TOY, CLAUDE_CODE]).id).toBe('claude-code');
    expect(formatOf('{"envelope":"said"}', [CLAUDE_CODE, TOY]).id).toBe('toy');
  });

  it('reads what no format recognises by the first', () => expect(formatOf('{}').id).toBe('claude-code'));

  it('gives each format an id of its own', () => expect(new Set(FORMATS.map(({ id }) => id)).size).toBe(FORMATS.length));
});

/** Names that mean something to people only in a format: `content` or `type` are words of the reader, too. */
function ownNames(members: Members): string[] {
  return Object.entries(members).flatMap(([name, value]) => [
    ...(/[A-Z_]/.test(name) ? [name] : []),
    ...(typeof value === 'string' ? [] : ownNames('object' in value ? value.object : value.blocks)),
  ]);
}

describe('the reader', () => {
  it('names no member and no type of an agent', async () => {
    const found: string[] = [];
    const words = FORMATS.flatMap(({ records }) => [
      ...ownNames(records.members),
      ...Object.keys(records.kinds).filter((type) => type.includes('_')),
      ...Object.keys(records.blocks).filter((type) => type.includes('_')),
      ...records.plainTypes.filter((type) => type.includes('-')),
      ...[records.boundary?.subtype, records.pinType, records.queuedPrompt, records.clientModel, records.messageIdStart],
    ]);
    const root = path.resolve(import.meta.dirname, '../../../src/core/transcript');
    for await (const file of glob('**/*.ts', { cwd: root })) {
      const text = await readFile(path.join(root, file), 'utf8');
      for (const word of words) if (word != null && text.includes(word)) found.push(`${file}: ${word}`);
    }
    expect(words).toContain('parentUuid');
    expect(found).toEqual([]);
  });
});

it('every format has its layout of files and its independent reader, in the same order', () => {
  expect(LAYOUTS).toEqual(FORMATS.map(({ files }) => files));
  for (const { id, changes } of FORMATS) expect(independentReader(id).session).toBe(changes.members.session);
  expect(() => independentReader('another')).toThrow(RangeError);
});
