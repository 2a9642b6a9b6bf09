import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { v7 } from 'uuid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeptLog } from '../../../../src/core/log/verify/heads.ts';
import { MemoryEventStore } from '../../../../src/core/log/append/memory-store.ts';
import { flushOutbox } from '../../../../src/core/log/append/outbox.ts';
import { StoreError, type EventStore } from '../../../../src/core/log/store.ts';
import { SessionAnalysis } from '../../../../src/core/session/session-analysis.ts';
import { filePorts } from '../../../../src/files/file-analysis.ts';
import { FileOutbox } from '../../../../src/files/data/outbox-files.ts';
import { sessionsBelow } from '../../../../src/files/session-files.ts';
import { sha256 } from '../../../../src/files/sha256.ts';
import { waitingInOutbox } from '../../../../src/operations/outbox/waiting-in-outbox.ts';
import {
  planFolder,
  repairFolder,
  type FolderOutcome,
  type FolderPlans,
  type FolderPorts,
} from '../../../../src/operations/session/repair-folder.ts';
import { present } from '../../../support/expect-value.ts';
import { conversation, idOf, lines, SESSION } from '../../../support/records.ts';

const identity = { now: Date.now, newId: () => v7(), sha256, engineVersion: '0.0.0' };
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

/** @param store null while it is out of reach */
function portsWith(store: Pick<EventStore, 'events' | 'append'> | null): FolderPorts & { opened: () => number; failures: unknown[] } {
  let opened = 0;
  const failures: unknown[] = [];
  const open = (): Promise<EventStore> => {
    opened += 1;
    return store === null ? Promise.reject(new StoreError('unreachable', 'Away.', 'Wait.')) : Promise.resolve(store as EventStore);
  };
  const kept = async (id: string): Promise<KeptLog | null> => {
    const head = await memory.head(id);
    return head.seq === 0 ? null : { head: { ...head, session_id: id, written_at: '' }, seen: [] };
  };
  return {
    store: { open },
    heads: { kept },
    waiting: waitingInOutbox({ store: { open, mayHoldLogs: () => true }, outbox }),
    identity,
    files: {
      sessionsBelow,
      nameBelow: relative,
      mayBeSession: () => Promise.resolve(true),
      stampOf: async (file) => {
        const { size, mtimeMs, ino } = await stat(file);
        return `${size} ${mtimeMs} ${ino}`;
      },
    },
    startSession: (file) => {
      const session = SessionAnalysis.open(filePorts(file));
      return {
        judgement: {
          summary: async () => (await session).judgement.summary(),
          searchElsewhere: async () => (await session).judgement.searchElsewhere(),
        },
        updates: {
          setSeverities: async (severities) => (await session).updates.setSeverities(severities),
          applyRepairs: async (repairs) => (await session).updates.applyRepairs(repairs),
        },
        trials: { plan: async (minimum) => (await session).trials.plan(minimum) },
        records: { detail: async (uuid) => (await session).records.detail(uuid) },
        sync: { fingerprint: async () => (await session).sync.fingerprint() },
        dispose: async () => (await session).dispose(),
      };
    },
    severities: {},
    onFailure: (error) => failures.push(error),
    opened: () => opened,
    failures,
  };
}

async function planned(ports: FolderPorts): Promise<FolderPlans> {
  return present(await planFolder(folder, ports));
}

const repair = (ports: FolderPorts, plans: FolderPlans): Promise<FolderOutcome> => repairFolder(plans, 'user:ada', ports);
const types = async (): Promise<string[]> => (await memory.events(SESSION)).map(({ event_type }) => event_type);

test('while the store is away the repairs wait on disk, are not planned twice, and are appended when it is back', async () => {
  const away = portsWith(null);
  expect(await repair(away, await planned(away))).toEqual({ done: 2, waiting: 2, sessions: 1, passedOver: [] });
  // One timeout is enough.
  expect(away.opened()).toBe(1);
  expect((await planned(portsWith(null))).plans).toEqual([]);
  expect((await planned(portsWith(memory))).plans).toEqual([]);
  const { appended, conflicts } = await flushOutbox(outbox, memory, SESSION);
  expect([appended.length, conflicts]).toEqual([3, []]);
  expect(await types()).toEqual(['note', 'parent_repaired', 'parent_repaired']);
  expect(await outbox.sessions()).toEqual([]);
  expect((await planned(portsWith(memory))).plans).toEqual([]);
  // What is in force now could not be told.
  const { plans, passedOver } = await planned(portsWith(null));
  expect([plans, passedOver.map(({ name }) => name)]).toEqual([[], [`${SESSION}.jsonl`]]);
  expect(passedOver[0]?.problem).toMatch(/cannot be read now/);
});

test.each([
  ['before an event arrives', false],
  ['after it arrived, its answer lost', true],
])('a store that goes away in the middle, %s: each repair is in the log once', async (_, arrives) => {
  let calls = 0;
  const failing: Pick<EventStore, 'events' | 'append'> = {
    events: (...args) => memory.events(...args),
    append: async (...args) => {
      calls++;
      if (calls < 2) return memory.append(...args);
      if (arrives) await memory.append(...args);
      throw new StoreError('timeout', 'No answer.', 'Wait.');
    },
  };
  const ports = portsWith(failing);
  expect(await repair(ports, await planned(ports))).toEqual({ done: 2, waiting: 2, sessions: 1, passedOver: [] });
  expect(calls).toBe(2);
  const { conflicts } = await flushOutbox(outbox, memory, SESSION);
  expect(conflicts).toEqual([]);
  expect(await types()).toEqual(['note', 'parent_repaired', 'parent_repaired']);
});

test('what somebody else did meanwhile ends it, and a file that changed is left alone', async () => {
  const ports = portsWith(memory);
  const [plans, others] = [await planned(ports), await planned(ports)];
  expect(await repair(ports, plans)).toEqual({ done: 2, waiting: 0, sessions: 1, passedOver: [] });
  const problems = async (of: FolderPlans): Promise<string[]> => (await repair(ports, of)).passedOver.map(({ problem }) => problem);
  expect(await problems(plans)).toEqual([expect.stringMatching(/^Somebody else/)]);
  expect(await problems(others)).toEqual([expect.stringMatching(/^Somebody else/)]);
  expect(await types()).toEqual(['note', 'parent_repaired', 'parent_repaired']);
  await writeFile(path, lines(conversation(3)));
  expect(await problems(plans)).toEqual([expect.stringMatching(/^The file has changed/)]);
});

test('two files of one session would share a log: the second is passed over, and what is no session is not named', async () => {
  await writeFile(join(folder, 'second.jsonl'), lines(conversation(30).filter(({ id }) => id !== idOf(9))));
  await writeFile(join(folder, 'notes.jsonl'), 'hello\n');
  const { plans, passedOver, sessions } = await planned(portsWith(memory));
  expect([plans.map(({ name }) => name), sessions]).toEqual([[`${SESSION}.jsonl`], 3]);
  expect(passedOver).toEqual([{ name: 'second.jsonl', problem: `${SESSION.slice(0, 8)}… has the same session id` }]);
});

test('repairs that were made before the store refused are counted', async () => {
  let calls = 0;
  const refusing: Pick<EventStore, 'events' | 'append'> = {
    events: (...args) => memory.events(...args),
    append: (...args) =>
      (calls += 1) < 3 ? memory.append(...args) : Promise.reject(new StoreError('unauthorised', 'You may not.', 'Ask.')),
  };
  const ports = portsWith(refusing);
  const outcome = await repair(ports, await planned(ports));
  expect(outcome).toEqual({ done: 1, waiting: 0, sessions: 1, passedOver: [{ name: `${SESSION}.jsonl`, problem: 'You may not.' }] });
  expect(ports.failures).toHaveLength(1);
});

test('a cancelled plan is none, and a cancelled repair keeps what it made', async () => {
  const ports = portsWith(memory);
  const controller = new AbortController();
  const plans = await planned(ports);
  const onProgress = (): void => controller.abort();
  const outcome = await repairFolder(plans, 'user:ada', ports, { signal: controller.signal, onProgress });
  expect(outcome).toEqual({ done: 1, waiting: 0, sessions: 1, passedOver: [] });
  expect(await planFolder(folder, ports, { signal: controller.signal })).toBeNull();
});
