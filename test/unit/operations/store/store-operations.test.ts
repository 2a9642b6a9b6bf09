import { expect, test } from 'vitest';
import { migrateStore } from '../../../../src/operations/store/migrate-store.ts';
import { stopService } from '../../../../src/operations/store/stop-service.ts';
import type { RemoteSchema, ServicePort } from '../../../../src/operations/store/store-ports.ts';
import { storeStatus } from '../../../../src/operations/store/store-status.ts';

const MISSING = [{ number: 4, name: 'four' }];
const REMOTE: RemoteSchema = {
  kind: 'remote',
  place: 'wss://db.example (riff/riff)',
  expected: 4,
  status: () => Promise.resolve({ schema: 3, missing: MISSING, mayRewrite: true, isUnencrypted: false }),
  bringUpToDate: () => Promise.resolve(MISSING),
};

test('the status of a store says what is missing and what to mind', async () => {
  expect(await storeStatus(REMOTE)).toEqual({
    store: 'remote',
    place: REMOTE.place,
    schema: 3,
    expected: 4,
    missing: MISSING,
    warnings: ['may-rewrite'],
  });
  const local = { kind: 'local', place: '/data', expected: 4, version: () => Promise.resolve(null) } as const;
  expect(await storeStatus(local)).toMatchObject({ store: 'local', schema: null, warnings: [] });
  expect(await migrateStore(REMOTE, { from: 'some', dryRun: true })).toEqual({ steps: MISSING, expected: 4 });
  await expect(migrateStore(local, { from: 'some', dryRun: false })).rejects.toMatchObject({ code: 'unsupported' });
});

test('the service is asked to end and waited for, but not for ever', async () => {
  const asked: number[] = [];
  let waits = 0;
  const service = (livesFor: number): ServicePort => ({
    running: () => Promise.resolve({ pid: 7, port: 1, version: '0', startedAt: '' }),
    askToEnd: (pid) => asked.push(pid),
    isAlive: () => waits < livesFor,
    wait: () => {
      waits += 1;
      return Promise.resolve();
    },
  });
  expect(await stopService(service(3))).toBe(7);
  expect([asked, waits]).toEqual([[7], 3]);
  await expect(stopService(service(Number.MAX_SAFE_INTEGER))).rejects.toMatchObject({ code: 'still-running' });
  expect(await stopService({ ...service(0), running: () => Promise.resolve(null) })).toBeNull();
});
