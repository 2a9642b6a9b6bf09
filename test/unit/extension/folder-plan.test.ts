import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeptLog } from '../../../src/core/log/verify/heads.ts';
import { MemoryEventStore } from '../../../src/core/log/append/memory-store.ts';
import { flushOutbox } from '../../../src/core/log/append/outbox.ts';
import { StoreError, type EventStore } from '../../../src/core/log/store.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { appendPlan, planSession, type FolderLog, type FolderPlan } from '../../../src/extension/batch/folder-plan.ts';
import { filePorts } from '../../../src/files/file-analysis.ts';
import { FileOutbox } from '../../../src/files/data/outbox-files.ts';
import { sha256 } from '../../../src/files/sha256.ts';
import { present } from '../../support/expect-value.ts';
import { conversation, idOf, lines, SESSION } from '../../support/records.ts';

let folder = '';
let path = '';
let outbox: FileOutbox;
let memory: MemoryEventStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'riff folder '));
  path = join(folder, `${SESSION}.jsonl`);
  await writeFile(path, lines(conversation(30).filter(({ id }) => id !== idOf(9) && id !== idOf(19))));
  outbox = new FileOutbox(folder, 'local');
  memory = new MemoryEventStore({ now: Date.now, newId: () => v7(), sha256, engineVersion: '0.0.0' });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function logWith(store: EventStore | null): FolderLog {
  const kept = async (id: string): Promise<KeptLog | null> => {
    const head = await memory.head(id);
    return head.seq === 0 ? null : { head: { ...head, session_id: id, written_at: '' }, seen: [] };
  };
  return { store, heads: { kept }, waiting: { shown: (id) => outbox.waiting(id), add: (id, repairs) => outbox.add(id, repairs) } };
}

async function planned(log: FolderLog): Promise<FolderPlan | null> {
  const analysis = await SessionAnalysis.open(filePorts(path));
  return planSession(path, 'session', { startModel: () => analysis, severities: {}, log, operator: 'user:ada' });
}

const append = (log: FolderLog, plan: FolderPlan): ReturnType<typeof appendPlan> =>
  appendPlan(
    log,
    plan,
    () => false,
    () => undefined,
  );
const types = async (): Promise<string[]> => (await memory.events(SESSION)).map(({ event_type }) => event_type);

test('while the store is away the repairs wait on disk, are not planned twice, and are appended when it is back', async () => {
  const away = logWith(null);
  expect(await append(away, present(await planned(away)))).toEqual({ done: 2, waiting: 2, problem: null });
  expect(await planned(away)).toBeNull();
  expect(await planned(logWith(memory))).toBeNull();
  const { appended, conflicts } = await flushOutbox(outbox, memory, SESSION);
  expect([appended.length, conflicts]).toEqual([3, []]);
  expect(await types()).toEqual(['note', 'parent_repaired', 'parent_repaired']);
  expect(await outbox.sessions()).toEqual([]);
  expect(await planned(logWith(memory))).toBeNull();
  // What is in force now could not be told.
  await expect(planned(logWith(null))).rejects.toThrow(/cannot be read now/);
});

test.each([
  ['before an event arrives', false],
  ['after it arrived, its answer lost', true],
])('a store that goes away in the middle, %s: each repair is in the log once', async (_, arrives) => {
  let calls = 0;
  const failing: Pick<EventStore, 'events' | 'append'> = {
    events: (id) => memory.events(id),
    append: async (...args) => {
      calls++;
      if (calls < 2) return memory.append(...args);
      if (arrives) await memory.append(...args);
      throw new StoreError('timeout', 'No answer.', 'Wait.');
    },
  };
  const log = logWith(failing as EventStore);
  const plan = present(await planned(log));
  expect(await append(log, plan)).toEqual({ done: 2, waiting: 2, problem: null });
  expect([log.store, calls]).toEqual([null, 2]);
  const { conflicts } = await flushOutbox(outbox, memory, SESSION);
  expect(conflicts).toEqual([]);
  expect(await types()).toEqual(['note', 'parent_repaired', 'parent_repaired']);
});

test('what somebody else did meanwhile ends it, and a file that changed is left alone', async () => {
  const log = logWith(memory);
  const plan = present(await planned(log));
  expect(await append(log, plan)).toEqual({ done: 2, waiting: 0, problem: null });
  expect((await append(log, plan)).problem).toMatch(/^Somebody else/);
  await writeFile(path, lines(conversation(3)));
  expect((await append(log, plan)).problem).toMatch(/^The file has changed/);
});
