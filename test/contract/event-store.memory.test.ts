import { v7 } from 'uuid';
import { MemoryEventStore } from '../../src/core/log/append/memory-store.ts';
import { sha256 } from '../../src/files/sha256.ts';
import { describeEventStore } from './event-store.contract.ts';

describeEventStore('event store in memory', () => {
  const store = new MemoryEventStore({ now: Date.now, newId: () => v7(), sha256, engineVersion: '0.0.0' });
  return Promise.resolve({ open: () => Promise.resolve(store), dispose: () => Promise.resolve() });
});
