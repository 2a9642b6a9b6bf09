import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { SyncReport } from '../../src/core/log/store.ts';
import { SessionAnalysis } from '../../src/core/session/session-analysis.ts';
import { filePorts } from '../../src/files/file-analysis.ts';
import { conversation, idOf, lines, SESSION } from '../support/records.ts';
import {
  closeAll,
  damaged,
  openText,
  quickFixes,
  riffDiagnostics,
  storedEvents,
  take,
  until,
  untilDiagnostics,
  withStore,
  writeSession,
  type SessionFile,
} from './workspace.ts';

async function sessionFiles({ path }: SessionFile): Promise<string[]> {
  return (await readdir(dirname(path))).filter((name) => name.endsWith('.jsonl'));
}

async function* asyncIterable<T>(items: readonly T[]): AsyncGenerator<T> {
  await Promise.resolve();
  yield* items;
}

describe('commands', () => {
  afterEach(closeAll);

  it('syncs a session, after which nothing is left to write', async () => {
    const file = await writeSession(lines(conversation(30)));
    await openText(file);
    const wouldWrite = async (): Promise<SyncReport> => {
      const analysis = await SessionAnalysis.open(filePorts(file.path));
      const [row, messages] = await Promise.all([analysis.sync.sessionRow(), analysis.sync.messageRows(0, 30)]);
      return withStore((store) => store.sync(row, asyncIterable(messages), { operator: 'system:test', dryRun: true }));
    };
    assert.equal((await wouldWrite()).added, 30);
    await vscode.commands.executeCommand('riff.sync', file.uri);
    const report = await wouldWrite();
    assert.equal(report.unchanged, true);
    assert.equal(report.messages, 30);
    const events = await storedEvents(file.id);
    await vscode.commands.executeCommand('riff.sync', file.uri);
    assert.deepEqual(await storedEvents(file.id), events);
  });

  it('does not sync the file of a subagent in the place of its session', async () => {
    const file = await writeSession(lines(conversation(30)));
    await vscode.commands.executeCommand('riff.sync', file.uri);
    const before = await storedEvents(file.id);
    const agent = join(dirname(file.path), file.id, 'subagents', 'agent-a1.jsonl');
    await mkdir(dirname(agent), { recursive: true });
    await writeFile(agent, lines(conversation(3)).replaceAll(SESSION, file.id));
    await vscode.commands.executeCommand('riff.sync', vscode.Uri.file(agent));
    assert.deepEqual(await storedEvents(file.id), before);
    const analysis = await SessionAnalysis.open(filePorts(file.path));
    const [row, messages] = await Promise.all([analysis.sync.sessionRow(), analysis.sync.messageRows(0, 30)]);
    const left = await withStore((store) => store.sync(row, asyncIterable(messages), { operator: 'system:test', dryRun: true }));
    assert.equal(left.unchanged, true);
  });

  it('writes a repaired copy that is whole, beside the file and under a new id', async () => {
    const file = await writeSession(damaged(20, [9]));
    const before = await readFile(file.path);
    await openText(file);
    const [diagnostic] = await untilDiagnostics(file, 1);
    assert.ok(diagnostic);
    await take((await quickFixes(file, diagnostic.range))[0]);
    await untilDiagnostics(file, 0);
    const known = new Set(await sessionFiles(file));
    await vscode.commands.executeCommand('riff.writeCopy', file.uri);
    const [name, ...more] = (await sessionFiles(file)).filter((other) => !known.has(other));
    assert.ok(name);
    assert.deepEqual(more, []);
    assert.deepEqual(await readFile(file.path), before);
    const copy = await readFile(`${dirname(file.path)}/${name}`, 'utf8');
    const records = copy
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { uuid: string; parentUuid: string | null; sessionId: string });
    assert.ok(records.every(({ sessionId }) => `${sessionId}.jsonl` === name));
    assert.equal(records.find(({ uuid }) => uuid === idOf(10))?.parentUuid, idOf(8));
  });

  it('opens the graph, from the palette and at a record', async () => {
    const file = await writeSession(damaged(20, [9]));
    await vscode.commands.executeCommand('riff.openGraph', file.uri);
    await until('the graph', () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputCustom);
    // Open as a graph alone, findings are listed too.
    await untilDiagnostics(file, 1);
    await vscode.commands.executeCommand('riff.openGraph', file.uri.toString(), idOf(10));
    await vscode.commands.executeCommand('riff.openText', file.uri);
    await until('the text', () => vscode.window.activeTextEditor?.document.uri.fsPath === file.path);
  });

  it('lists messages one a line, with the same findings and quick fixes', async () => {
    const file = await writeSession(damaged(20, [9]));
    await openText(file);
    await untilDiagnostics(file, 1);
    await vscode.commands.executeCommand('riff.openMessages', file.uri);
    await until('the list', () => vscode.window.activeTextEditor?.document.uri.scheme === 'riff');
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    assert.equal(document.lineCount, 19);
    await until('its findings', () => vscode.languages.getDiagnostics(document.uri).length === 1);
    const list = { ...file, uri: document.uri };
    const [diagnostic] = riffDiagnostics(list);
    assert.ok(diagnostic);
    assert.equal(diagnostic.range.start.line, 9);
    await take((await quickFixes(list, diagnostic.range))[0]);
    await untilDiagnostics(file, 0);
    await until('the list has none', () => riffDiagnostics(list).length === 0);
  });
});
