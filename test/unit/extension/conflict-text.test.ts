import { expect, test } from 'vitest';
import type { EventDraft } from '../../../src/core/log/event.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { conflictText } from '../../../src/extension/session/conflict-text.ts';
import { shortTime } from '../../../src/extension/session/record-name.ts';
import { draft } from '../../contract/sample.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, lines } from '../../support/records.ts';
import { chain } from '../log/sample-log.ts';

const TIME = shortTime('2026-01-01T00:00:00.000Z');

async function textOf(...drafts: (Partial<EventDraft> & { revertsSeq?: number })[]): Promise<string> {
  const { records } = await SessionAnalysis.open(memoryPorts(lines(conversation(6))));
  const theirs = chain(drafts.map((one) => ({ ...draft('s', one), revertsSeq: one.revertsSeq })));
  return conflictText(records, theirs);
}

const repair = { operator: 'user:ann', message_id: idOf(4), old_parent_uuid: 'gone-long-ago', new_parent_uuid: idOf(2) };

test('a repair of someone else is told with who, when, from and to', async () => {
  expect(await textOf(repair)).toBe(`user:ann repaired line 5 (user) first, ${TIME}: from gone-lon… (missing) to line 3 (user).`);
});

test('a revert of someone else is told as one', async () => {
  const revert = { ...repair, event_type: 'reverted', operator: 'agent:bot', revertsSeq: 1 } as const;
  const text = await textOf(repair, { ...revert, old_parent_uuid: idOf(2), new_parent_uuid: null });
  expect(text).toBe(
    `agent:bot took back a repair of line 5 (user) first, ${TIME}: from line 3 (user) to no parent. 1 change came before it.`,
  );
});

test('what is about the whole session has no parents to name', async () => {
  expect(await textOf({ ...repair, event_type: 'note', message_id: null, old_parent_uuid: null, new_parent_uuid: null })).toBe(
    `user:ann changed this session first, ${TIME}.`,
  );
});

test('something that was taken back by an event that is not known', async () => {
  expect(await textOf()).toBe('This was taken back already.');
});

test('a name from the log cannot become a link of a notification', async () => {
  expect(await textOf({ ...repair, operator: 'user:[x](command:riff.sync)' })).not.toContain('](');
});
