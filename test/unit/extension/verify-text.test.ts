import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepingHeads } from '../../../src/core/log/verify/heads.ts';
import { MemoryEventStore } from '../../../src/core/log/append/memory-store.ts';
import { verifySession } from '../../../src/core/log/verify/verify-session.ts';
import { headWarning } from '../../../src/extension/store/head-warning.ts';
import { verifyReport, verifySummary } from '../../../src/extension/repairs/verify-text.ts';
import { HeadFiles } from '../../../src/files/data/head-files.ts';
import { sha256 } from '../../../src/files/sha256.ts';
import { appendNow, draft } from '../../contract/sample.ts';
import { identity, logOf } from '../log/sample-log.ts';

const log = logOf(['a', 'b', 'c']);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'riff verify '));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a check of the log, in words', () => {
  it('says how far it is unbroken, and names every fault by event and field', async () => {
    const heads = new HeadFiles(folder);
    const store = keepingHeads(new MemoryEventStore(identity()), heads, () => undefined);
    for (const name of ['a', 'b', 'c']) await appendNow(store, draft('s', { message_id: name, new_parent_uuid: 'p' }));
    const sound = await verifySession(store, heads, 's', { heads: [], seen: [] }, false, sha256);
    expect(verifySummary([sound])).toMatch(/^3 events verified, unbroken to event 3 of 2026-01-01 \(digest [0-9a-f]{12}…\)\.$/);
    expect(verifySummary([sound, sound])).toBe('2 repair logs with 6 events verified: all unbroken.');

    const rows = (await store.events('s')).map((event) => (event.seq === 2 ? { ...event, operator: 'user:mallory\u202e' } : event));
    const tampered = { ...store, audit: { ...store.audit, storedEvents: () => Promise.resolve(rows) } };
    const broken = await verifySession(tampered, heads, 's', { heads: [], seen: [] }, false, sha256);
    expect(verifySummary([broken])).toMatch(/^The repair log is not what was written: \d faults?\. Event 2, operator: /);
    expect(verifySummary([sound, broken])).toMatch(/^1 of 2 repair logs are not what was written/);
    const report = verifyReport([broken], '2026-01-02T00:00:00.000Z');
    expect(report).toContain(`event id ${log[1]!.event_id}`);
    expect(report).not.toContain('\u202e');
  });

  it('warns of a log that lost its end or holds another event there', () => {
    const head = { session_id: 's', seq: 3, digest: log[2]!.event_digest, written_at: '' };
    expect(headWarning(head, log)).toBeNull();
    expect(headWarning(head, log.slice(0, 2))).toMatch(/ends at event 2, but this computer has seen event 3/);
    expect(headWarning(head, [])).toMatch(/it is empty/);
    expect(headWarning(head, logOf(['a', 'b', 'x', 'd']))).toMatch(/event 3 is not the one/);
  });
});
