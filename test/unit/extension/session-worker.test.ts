import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_REPAIRS } from '../../../src/core/graph/repairs.ts';
import type { CancellableModel } from '../../../src/extension/session/handle.ts';
import { SessionWorker } from '../../../src/extension/session/worker-client.ts';
import { workerModel } from '../../../src/extension/session/worker-model.ts';
import { conversation, idOf, lines } from '../../support/records.ts';

let folder = '';
let entry = '';
let session = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'riff-worker-'));
  entry = join(folder, 'worker.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../../../src/extension/session/worker.ts')],
    outfile: entry,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    logLevel: 'warning',
  });
  session = join(folder, 'session.jsonl');
  await writeFile(session, lines(conversation(12).filter(({ id }) => id !== idOf(5))));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function withModel<T>(model: CancellableModel, use: (model: CancellableModel) => Promise<T>): Promise<T> {
  try {
    return await use(model);
  } finally {
    await model.dispose();
  }
}

const never = (): void => {
  throw new Error('the worker was started again');
};
const NEVER = { restarted: never, passedOver: never };

describe('a session in a worker', () => {
  it('answers as the analysis does, bytes included', async () => {
    await withModel(workerModel(entry, session, NEVER, 'claude-agent-sdk'), async (model) => {
      expect(await model.judgement.summary()).toMatchObject({ messages: 11, resume: { now: 6, repaired: 11, total: 11 } });
      expect((await model.graph.overview('a', 2)).findings).toEqual(Uint32Array.of(0, 0, 1, 0, 0, 0));
      const patch = await model.copies.patch('22222222-2222-4333-8444-555555555555');
      expect(patch.edits.every(({ bytes }) => bytes instanceof Uint8Array)).toBe(true);
      expect((await model.copies.expectation('22222222-2222-4333-8444-555555555555')).unknownParents).toBeInstanceOf(Set);
    });
  });

  it('rejects with the code of the operating system when the file cannot be read', async () => {
    await withModel(workerModel(entry, join(folder, 'missing.jsonl'), NEVER), async (model) => {
      await expect(model.judgement.summary()).rejects.toMatchObject({ name: 'WorkerCallError', code: 'ENOENT' });
    });
  });

  it('rejects what waits when it is ended, and what is asked afterwards', async () => {
    const worker = new SessionWorker(entry, session);
    const waiting = worker.call('judgement', 'summary', []);
    const ended = worker.terminate();
    await expect(waiting).rejects.toMatchObject({ code: 'ended' });
    await ended;
    await expect(worker.call('judgement', 'summary', [])).rejects.toMatchObject({ code: 'ended' });
  });

  it('does not begin what nobody waits for, and goes on', async () => {
    const counting = join(folder, 'counting.cjs');
    const large = join(folder, 'large.jsonl');
    await writeFile(large, lines(conversation(20_000)));
    // Tells of each answer that is not a refusal.
    await writeFile(
      counting,
      `const { parentPort } = require('node:worker_threads');
       const post = parentPort.postMessage.bind(parentPort);
       let made = 0;
       parentPort.postMessage = (reply, transfer) => {
         if (reply.ok) made++;
         post(reply.ok && typeof reply.value === 'object' && 'messages' in reply.value ? { ...reply, value: { made } } : reply, transfer);
       };
       require(${JSON.stringify(entry)});`,
    );
    await withModel(workerModel(counting, large, NEVER), async (model) => {
      const scrolling = new AbortController();
      const ranges = Array.from({ length: 50 }, async (_, i) => model.until?.(scrolling.signal).records.rows(i * 128, 128));
      const kept = model.records.rows(0, 3);
      scrolling.abort();
      const refused = await Promise.allSettled(ranges);
      expect(refused.map((range) => range.status === 'rejected' && (range.reason as { code: unknown }).code)).toEqual(
        Array.from({ length: 50 }, () => 'cancelled'),
      );
      expect(await kept).toHaveLength(3);
      await expect(model.until?.(scrolling.signal).records.rows(0, 1)).rejects.toMatchObject({ code: 'cancelled' });
      // The rows that were kept and this summary itself.
      expect(await model.judgement.summary()).toEqual({ made: 2 });
    });
  });

  it('answers for another position what was asked before it was closed', async () => {
    await withModel(workerModel(entry, session, NEVER), async (model) => {
      await model.updates.applyRepairs({ ...NO_REPAIRS, parents: { [idOf(6)]: idOf(4) } });
      const before = await model.travel.at(NO_REPAIRS);
      const cancelled = new AbortController();
      const rows = model.until?.(cancelled.signal).records.rows(0, 3);
      const findings = before.judgement.findings();
      const closed = before.dispose();
      cancelled.abort();
      await expect(rows).rejects.toMatchObject({ code: 'cancelled' });
      expect(await findings).toMatchObject([{ code: 'orphan-parent-missing' }]);
      await closed;
      await expect(before.judgement.findings()).rejects.toThrow('look again');
      expect(await model.judgement.findings()).toEqual([]);
    });
  });

  it('starts again after a crash, with the repairs in force', async () => {
    const crashing = join(folder, 'crashing.cjs');
    const mark = join(folder, 'crashed');
    // Ends with the first question for the findings; its successor is a whole worker.
    await writeFile(
      crashing,
      `const { existsSync, writeFileSync } = require('node:fs');
       const { parentPort } = require('node:worker_threads');
       if (!existsSync(${JSON.stringify(mark)})) parentPort.on('message', ({ method }) => {
         if (method !== 'findings') return;
         writeFileSync(${JSON.stringify(mark)}, '');
         process.exit(7);
       });
       require(${JSON.stringify(entry)});`,
    );
    let restarts = 0;
    await withModel(workerModel(crashing, session, { ...NEVER, restarted: () => restarts++ }), async (model) => {
      expect(await model.judgement.findings().catch((error: unknown) => error)).toMatchObject({ code: 'ended' });
      expect(await model.judgement.findings()).toHaveLength(1);
      await model.updates.applyRepairs({ ...NO_REPAIRS, parents: { [idOf(6)]: idOf(4) } });
      expect(await model.judgement.findings()).toEqual([]);
      expect(restarts).toBe(1);
    });
  });

  it('gives up on a file that kills it again and again', async () => {
    const dying = join(folder, 'dying.cjs');
    await writeFile(dying, `process.exit(1);`);
    let restarts = 0;
    await withModel(workerModel(dying, session, { ...NEVER, restarted: () => restarts++ }), async (model) => {
      for (let i = 0; i < 10; i++) await expect(model.judgement.summary()).rejects.toMatchObject({ code: 'ended' });
      expect(restarts).toBe(3);
    });
  });
});
