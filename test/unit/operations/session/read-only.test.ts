import { expect, test } from 'vitest';
import type { MessageRow, SyncOptions, SyncReport } from '../../../../src/core/log/store.ts';
import { LOADERS } from '../../../../src/core/loaders/loaders.ts';
import { SessionAnalysis } from '../../../../src/core/session/session-analysis.ts';
import { REPAIRED_FILES } from '../../../../src/files/copies/repaired-files.ts';
import { drawGraph } from '../../../../src/operations/session/draw-graph.ts';
import { SessionRefused } from '../../../../src/operations/session/refusal.ts';
import { needsAttention, scanSessions } from '../../../../src/operations/session/scan-session.ts';
import { syncSession, type SyncPorts } from '../../../../src/operations/session/sync-session.ts';
import { memoryPorts } from '../../../support/memory-source.ts';
import { conversation, idOf, lines } from '../../../support/records.ts';

const broken = lines(conversation(10).filter(({ id }) => id !== idOf(5)));

test('a scan goes on behind a file that cannot be read, and counts it as damaged', async () => {
  const open = (path: string): Promise<SessionAnalysis> =>
    path === '/gone.jsonl'
      ? Promise.reject(new SessionRefused('unreadable', 'It is not there.'))
      : SessionAnalysis.open(memoryPorts(path === '/broken.jsonl' ? broken : lines(conversation(3))));
  const progress: number[] = [];
  const scanned = await scanSessions(
    { paths: ['/gone.jsonl', '/broken.jsonl', '/whole.jsonl'], withChain: true },
    { open, loaders: LOADERS },
    { onProgress: (done) => progress.push(done) },
  );
  expect(progress).toEqual([0, 1, 2]);
  expect(scanned.map(({ report, failure }) => [report.path, report.findings.map(({ code }) => code), failure?.code ?? null])).toEqual([
    ['/gone.jsonl', ['not-a-session'], 'unreadable'],
    ['/broken.jsonl', ['orphan-parent-missing'], null],
    ['/whole.jsonl', [], null],
  ]);
  expect(scanned.map(({ report }) => needsAttention(report.findings))).toEqual([true, true, false]);
  expect(scanned.map(({ report }) => report.resume.chain?.repaired.length)).toEqual([0, 9, 3]);
});

const REPORT: SyncReport = {
  session_id: 'x',
  is_new: true,
  unchanged: false,
  messages: 0,
  added: 0,
  removed: 0,
  parents_changed: 0,
  contents_updated: 0,
  events_logged: 0,
  dry_run: false,
};

async function syncPorts(content: string): Promise<{ ports: SyncPorts; rows: MessageRow[]; options: SyncOptions[] }> {
  const rows: MessageRow[] = [];
  const options: SyncOptions[] = [];
  const sync = async (_: unknown, messages: AsyncIterable<MessageRow>, how: SyncOptions): Promise<SyncReport> => {
    for await (const row of messages) rows.push(row);
    options.push(how);
    return REPORT;
  };
  const session = await SessionAnalysis.open(memoryPorts(content));
  return { ports: { session, files: REPAIRED_FILES, store: { open: () => Promise.resolve({ sync }) } }, rows, options };
}

const INPUT = { path: '/a/session.jsonl', force: false, dryRun: false, operator: 'user:ada' };

test('a sync hands every message to the store, and ends when it is cancelled', async () => {
  const { ports, rows, options } = await syncPorts(lines(conversation(1_100)));
  const steps: string[] = [];
  const controller = new AbortController();
  const run = {
    signal: controller.signal,
    onRead: () => void steps.push('read'),
    onConnected: () => void steps.push('connected'),
  };
  const { row, report } = await syncSession(INPUT, ports, run);
  expect([steps, rows.length, row.message_count, report]).toEqual([['read', 'connected'], 1_100, 1_100, REPORT]);
  expect(options).toMatchObject([{ force: false, dryRun: false, operator: 'user:ada' }]);
  expect(options[0]?.isCancelled?.()).toBe(false);
  controller.abort();
  expect(options[0]?.isCancelled?.()).toBe(true);
});

test('neither a subagent’s file nor one that is no session is synced', async () => {
  const agent = await syncPorts(lines(conversation(3)));
  const refusal = syncSession({ ...INPUT, path: '/a/agent-a1.jsonl' }, agent.ports);
  await expect(refusal).rejects.toMatchObject({ code: 'agent-file' });
  const foreign = await syncPorts('{"a":1}\n{"b":2}\n');
  await expect(syncSession(INPUT, foreign.ports)).rejects.toMatchObject({ code: 'not-a-session' });
  expect([agent.options, foreign.options]).toEqual([[], []]);
});

test('a graph is drawn of sessions alone', async () => {
  const input = { format: 'dot', detail: 'messages' } as const;
  expect((await drawGraph(input, await SessionAnalysis.open(memoryPorts(broken)))).text).toMatch(/^digraph/);
  const foreign = await SessionAnalysis.open(memoryPorts('hello\n'));
  await expect(drawGraph(input, foreign)).rejects.toMatchObject({ code: 'not-a-session' });
});
