import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_REPAIRS } from '../../../../src/core/graph/repairs.ts';
import { MemoryEventStore } from '../../../../src/core/log/append/memory-store.ts';
import { StoreError, type EventStore } from '../../../../src/core/log/store.ts';
import { SessionAnalysis } from '../../../../src/core/session/session-analysis.ts';
import { REPAIRED_FILES } from '../../../../src/files/copies/repaired-files.ts';
import { FileOutbox } from '../../../../src/files/data/outbox-files.ts';
import { filePorts } from '../../../../src/files/file-analysis.ts';
import { sha256 } from '../../../../src/files/sha256.ts';
import { waitingInOutbox } from '../../../../src/operations/outbox/waiting-in-outbox.ts';
import { rehearseRepair, repairSession, type RepairInput, type RepairPorts } from '../../../../src/operations/session/repair-session.ts';
import { JUDGED_BY_SDK } from '../../../support/loaders.ts';
import { conversation, idOf, lines, SESSION } from '../../../support/records.ts';

const identity = { now: Date.now, newId: () => v7(), sha256, engineVersion: '0.0.0' };
let folder: string;
let path: string;
let memory: MemoryEventStore;
let outbox: FileOutbox;
let opened: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'riff repair '));
  path = join(folder, `${SESSION}.jsonl`);
  await writeFile(path, lines(conversation(30).filter(({ id }) => id !== idOf(9) && id !== idOf(19))));
  // Long ago: nobody is writing to it.
  await utimes(path, 1_700_000_000, 1_700_000_000);
  memory = new MemoryEventStore(identity);
  outbox = new FileOutbox(folder, 'local');
  opened = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function ports(store: Partial<EventStore> = {}, mayHoldLogs = true): RepairPorts {
  const events: EventStore = {
    append: (...args) => memory.append(...args),
    events: (...args) => memory.events(...args),
    ...store,
  } as EventStore;
  const access = {
    open: () => {
      opened += 1;
      return Promise.resolve(events);
    },
    mayHoldLogs: () => mayHoldLogs,
  };
  return {
    store: access,
    waiting: waitingInOutbox({ store: access, outbox }),
    identity,
    files: REPAIRED_FILES,
    open: (file) => SessionAnalysis.open(filePorts(file), NO_REPAIRS, 'everywhere', JUDGED_BY_SDK),
  };
}

const input = (change: Partial<RepairInput> = {}): RepairInput => ({
  path,
  choice: { confidence: 'high', only: [], nth: null },
  write: null,
  acceptLoss: false,
  operator: 'user:ada',
  reason: null,
  ...change,
});
const files = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
const away = (): Promise<never> => Promise.reject(new StoreError('unreachable', 'It is away', 'Wait.'));

test('repairs are logged with a reason each, then the copy is written and judged by reading it', async () => {
  const { appended, written, remaining, plan } = await repairSession(input({ write: { kind: 'copy-beside' } }), ports());
  expect(appended).toMatchObject({ waiting: [], stopped: null });
  expect((await memory.events(SESSION)).map(({ event_type, reason }) => [event_type, reason !== ''])).toEqual([
    ['parent_repaired', true],
    ['parent_repaired', true],
  ]);
  expect([written?.loads, remaining]).toEqual([28, []]);
  expect(plan.resume).toMatchObject({ before: 10, after: 28, total: 28 });
  // What is in force is part of the next plan, and not logged again.
  const again = await repairSession(input({ reason: 'checked' }), ports());
  expect([again.plan.entries.map(({ isInForce }) => isInForce), again.appended.logged]).toEqual([[true, true], []]);
});

test('a rehearsal leaves no trace, and says where the log could not be read', async () => {
  const before = await readdir(folder);
  const { plan, unreadLog, target } = await rehearseRepair(input({ write: { kind: 'copy-beside' } }), true, ports({ events: away }));
  expect([plan.additions.length, unreadLog?.code, target?.kind]).toEqual([2, 'unreachable', 'copy']);
  expect([await readdir(folder), await memory.events(SESSION)]).toEqual([before, []]);
});

test('nothing is logged of a session whose copy would be refused', async () => {
  const agent = join(folder, 'agent-a1.jsonl');
  await writeFile(agent, lines(conversation(10).filter(({ id }) => id !== idOf(5))));
  const refusal = repairSession(input({ path: agent, write: { kind: 'copy-beside' } }), ports());
  await expect(refusal).rejects.toMatchObject({ code: 'agent-file' });
  const notes = join(folder, 'notes.jsonl');
  await writeFile(notes, 'hello\n');
  await expect(repairSession(input({ path: notes }), ports())).rejects.toMatchObject({ code: 'not-a-session' });
  expect([opened, await files()]).toEqual([0, expect.not.arrayContaining(['x'])]);
});

test('where nothing was ever logged and nothing is to be, no store is opened', async () => {
  await writeFile(path, lines(conversation(4)));
  const { written } = await repairSession(input({ write: { kind: 'copy-beside' } }), ports({}, false));
  expect([written?.loads, opened]).toEqual([4, 0]);
});

test('what somebody else did first ends it: no file is written', async () => {
  let calls = 0;
  const raced = ports({
    append: async (draft, expected, id) => {
      calls += 1;
      if (calls === 2) await memory.append({ ...draft, operator: 'user:bob' }, expected);
      return memory.append(draft, expected, id);
    },
  });
  const { appended, written } = await repairSession(input({ write: { kind: 'copy-beside' } }), raced);
  expect([appended.logged.length, appended.stopped?.kind, written, await files()]).toEqual([1, 'conflict', null, [`${SESSION}.jsonl`]]);
});

test('with the store out of reach the repairs wait, the copy has them, and they are not planned twice', async () => {
  const told: (string | undefined)[] = [];
  const run = { onWaiting: (log: { outOfReach: StoreError | null }) => Promise.resolve(void told.push(log.outOfReach?.code)) };
  const { appended, written } = await repairSession(input({ write: { kind: 'copy-beside' } }), ports({ events: away }), run);
  expect([appended.logged.length, appended.waiting.length, written?.loads, told]).toEqual([0, 2, 28, ['unreachable']]);
  const again = await repairSession(input(), ports({ events: away }));
  expect([again.appended.waiting, (await outbox.waiting(SESSION)).length]).toEqual([[], 2]);
});

test('a store that fails says that nothing is lost; a file that fails, what is in the log', async () => {
  const refused = ports({ append: () => Promise.reject(new StoreError('unauthorised', 'You may not', 'Ask.')) });
  await expect(repairSession(input({ write: { kind: 'copy-beside' } }), refused)).rejects.toMatchObject({
    code: 'unauthorised',
    message: 'You may not. No file was written, and the session is as it was; nothing is lost.',
    remedy: 'Ask.',
  });
  expect(await files()).toHaveLength(1);
  const full = {
    ...REPAIRED_FILES,
    writeCopy: () => Promise.reject(Object.assign(new Error('Full.'), { code: 'x', remedy: 'Free some.' })),
  };
  await expect(repairSession(input({ write: { kind: 'copy-beside' } }), { ...ports(), files: full })).rejects.toMatchObject({
    message: 'Full. No file was written; 2 repairs of this run are in the log.',
    remedy: 'Free some.',
  });
});
