import { v7 } from 'uuid';
import type { OutboxEntry, QueuedRepair, Settlement, TheirEvent } from '../../../src/core/log/append/outbox.ts';
import { MemoryEventStore } from '../../../src/core/log/append/memory-store.ts';
import type { RepairEvent } from '../../../src/core/log/event.ts';
import { StoreError, type EventStore } from '../../../src/core/log/store.ts';
import type { HeadKeeper, KeptLog } from '../../../src/core/log/verify/heads.ts';
import { seenEvent } from '../../../src/core/log/verify/seen.ts';
import { sha256 } from '../../../src/files/sha256.ts';
import { logWorkHere } from '../../../src/operations/log-access/log-work.ts';
import { waitingInOutbox } from '../../../src/operations/outbox/waiting-in-outbox.ts';
import type { LogPorts, OutboxPort } from '../../../src/operations/ports.ts';

/** What waits, in memory. */
class MemoryOutbox implements OutboxPort {
  #entries: OutboxEntry[] = [];

  sessions(): Promise<string[]> {
    return Promise.resolve([...new Set(this.#entries.map(({ draft }) => draft.session_id))]);
  }

  waiting(sessionId: string): Promise<OutboxEntry[]> {
    return Promise.resolve(this.#entries.filter(({ draft }) => draft.session_id === sessionId));
  }

  add(_sessionId: string, repairs: readonly QueuedRepair[]): Promise<void> {
    this.#entries.push(...repairs.map((repair) => ({ ...repair, conflict: null })));
    return Promise.resolve();
  }

  settle(_sessionId: string, eventId: string, _how: Settlement): Promise<void> {
    this.#entries = this.#entries.filter(({ event_id }) => event_id !== eventId);
    return Promise.resolve();
  }

  noteConflict(_sessionId: string, eventId: string, theirs: readonly TheirEvent[]): Promise<void> {
    this.#entries = this.#entries.map((entry) => (entry.event_id === eventId ? { ...entry, conflict: theirs } : entry));
    return Promise.resolve();
  }

  elsewhere(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map());
  }
}

/** Heads in memory. */
class MemoryHeads implements HeadKeeper {
  readonly #logs = new Map<string, KeptLog>();

  keep(sessionId: string, events: readonly RepairEvent[]): Promise<void> {
    const last = events.at(-1);
    if (last !== undefined) {
      const head = { session_id: sessionId, seq: last.seq, digest: last.event_digest, written_at: last.timestamp };
      this.#logs.set(sessionId, { head, seen: events.map((event) => seenEvent(event, sha256)) });
    }
    return Promise.resolve();
  }

  kept(sessionId: string): Promise<KeptLog | null> {
    return Promise.resolve(this.#logs.get(sessionId) ?? null);
  }

  sessionIds(): Promise<string[]> {
    return Promise.resolve([...this.#logs.keys()]);
  }

  accept(sessionId: string, events: readonly RepairEvent[]): Promise<void> {
    this.#logs.delete(sessionId);
    return this.keep(sessionId, events);
  }
}

/** How the store behaves. */
export interface StoreSwitch {
  /** It cannot be opened, and does not answer. */
  isAway: boolean;
  /** Appends that arrive before it goes away in the middle; the answer of the last one is lost. */
  answers: number;
  isEmpty: boolean;
  opened: number;
}

export const AWAY = new StoreError('unreachable', 'The store is away.', 'Wait.');

/** Ports over a log in memory, whose store can be switched off. */
export function memoryPorts(): { readonly ports: LogPorts; readonly memory: MemoryEventStore; readonly store: StoreSwitch } {
  const identity = { now: Date.now, newId: () => v7(), sha256, engineVersion: '0.0.0' };
  const memory = new MemoryEventStore(identity);
  const store: StoreSwitch = { isAway: false, answers: Number.MAX_SAFE_INTEGER, isEmpty: false, opened: 0 };
  const switched: EventStore = {
    append: async (...args) => {
      if (store.isAway) throw AWAY;
      const outcome = await memory.append(...args);
      store.answers -= 1;
      if (store.answers >= 0) return outcome;
      store.isAway = true;
      throw AWAY;
    },
    head: (id) => memory.head(id),
    events: (...args) => (store.isAway ? Promise.reject(AWAY) : memory.events(...args)),
    view: (id) => memory.view(id),
    rebuildView: (id) => memory.rebuildView(id),
    sync: (...args) => memory.sync(...args),
    subscribe: (...args) => memory.subscribe(...args),
    close: () => memory.close(),
    audit: memory.audit,
    restore: (event) => memory.restore(event),
  };
  const open = (): Promise<EventStore> => {
    store.opened += 1;
    return store.isAway ? Promise.reject(AWAY) : Promise.resolve(switched);
  };
  const base = { store: { open, mayHoldLogs: () => !store.isEmpty }, outbox: new MemoryOutbox() };
  const ports = { ...base, waiting: waitingInOutbox(base), heads: new MemoryHeads(), identity, work: logWorkHere(sha256) };
  return { ports, memory, store };
}
