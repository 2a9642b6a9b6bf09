import { expect, test } from 'vitest';
import { actionJson, columnsOf } from '../../../src/core/log/action-payload.ts';
import { eventsAbout, eventTitle } from '../../../src/core/log/event-text.ts';
import type { RepairAction } from '../../../src/core/graph/repairs.ts';
import { draft } from '../../contract/sample.ts';
import { idOf } from '../../support/records.ts';
import { chain } from './sample-log.ts';

const inserted = [{ uuid: idOf(5), after: idOf(4), record: JSON.stringify({ parentUuid: idOf(4) }), adopts: [] }];
const said = (action: RepairAction): string =>
  eventTitle({ event_type: columnsOf(action).event_type, payload: { action: actionJson(action) } });

test.each<[RepairAction, string]>([
  [{ kind: 'reparent', uuid: idOf(5), parent: idOf(4) }, 'Parent repaired'],
  [{ kind: 'restore', uuid: idOf(5), inserted, file: 'agent-a1.jsonl', line: 12 }, 'Lost record put back from agent-a1.jsonl, line 12'],
  [{ kind: 'synthesise', uuid: idOf(5), inserted, call: idOf(4) }, 'Lost result of the call put in, saying that it was lost'],
  [{ kind: 'bypass', uuid: idOf(5) }, 'Record left out'],
  [{ kind: 'split', line: 7, uuid: null }, 'Line 7 split into its records'],
  [{ kind: 'quarantine', lines: [[7, 9]], uuid: null }, 'Lines 7 to 9 left out'],
  [
    {
      kind: 'quarantine',
      lines: [
        [7, 7],
        [9, 9],
      ],
      uuid: null,
    },
    '2 lines from line 7 on left out',
  ],
  [{ kind: 'choose-leaf', uuid: idOf(5) }, 'Branch chosen to continue from'],
])('what an event did: %#', (action, text) => expect(said(action)).toBe(text));

test('an event whose payload says nothing still has a title', () => {
  expect(eventTitle({ event_type: 'message_restored', payload: {} })).toBe('Lost record put back');
  expect(eventTitle({ event_type: 'note', payload: { checkpoint: 'before repairing 3 findings' } })).toBe(
    'Checkpoint before repairing 3 findings',
  );
});

test('an event about another record than the one whose finding it repaired belongs to both, and so does its revert', () => {
  const events = chain([
    { ...draft('s', { message_id: idOf(4), payload: { about: idOf(5) } }), revertsSeq: undefined },
    { ...draft('s', { message_id: idOf(9), payload: {} }), revertsSeq: undefined },
    { ...draft('s', { event_type: 'reverted', message_id: idOf(4) }), revertsSeq: 1 },
  ]);
  const seqs = (uuid: string): number[] => eventsAbout(events, uuid).map(({ seq }) => seq);
  expect(seqs(idOf(4))).toEqual([1, 3]);
  expect(seqs(idOf(5))).toEqual([1, 3]);
  expect(seqs(idOf(9))).toEqual([2]);
});
