/** Every kind of repair by quick fix, findings that are left out, and severities of the user. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { conversation, idOf, lines, SESSION, twoBranches, type RecordSpec } from '../support/records.ts';
import {
  closeAll,
  damaged,
  hoverText,
  openText,
  quickFixes,
  run,
  riffDiagnostics,
  storedEvents,
  take,
  until,
  untilDiagnostics,
  writeSession,
  type SessionFile,
} from './workspace.ts';

function messageAt(n: number, parent: number, type: 'user' | 'assistant'): RecordSpec {
  const answer = { messageId: `msg_${n}`, content: [{ type: 'text', text: `answer ${n}` }] };
  return { id: idOf(n), parent: idOf(parent), type, ...(type === 'assistant' ? answer : {}) };
}

/** Opens a session that has one finding and gives its quick fixes. */
async function opened(content: string): Promise<{ file: SessionFile; range: vscode.Range; fixes: vscode.CodeAction[] }> {
  const file = await writeSession(content);
  await openText(file);
  const [diagnostic] = await untilDiagnostics(file, 1);
  assert.ok(diagnostic);
  return { file, range: diagnostic.range, fixes: await quickFixes(file, diagnostic.range) };
}

/** The types of a session's events, and that its file is as it was. */
async function eventTypes(file: SessionFile, content: string): Promise<string[]> {
  assert.equal(await readFile(file.path, 'utf8'), content.replaceAll(SESSION, file.id));
  return (await storedEvents(file.id)).map(({ event_type }) => event_type);
}

describe('kinds of repair', () => {
  afterEach(closeAll);

  it('puts a lost record back from the agent file it stands in, and says so at the record that missed it', async () => {
    const content = damaged(20, [9]);
    const file = await writeSession(content);
    const agent = join(dirname(file.path), file.id, 'subagents', 'agent-a1.jsonl');
    await mkdir(dirname(agent), { recursive: true });
    await writeFile(agent, lines(conversation(10).slice(9)).replaceAll(SESSION, file.id));
    await openText(file);
    const [diagnostic] = await untilDiagnostics(file, 1);
    assert.ok(diagnostic);
    const fixes = await quickFixes(file, diagnostic.range);
    assert.match(
      fixes[0]?.title ?? '',
      /^Put the lost record back from agent-a1\.jsonl, line 1 \(high\) — loads 10 → 20 of 20 in Claude Code [\d.]+\./,
    );
    await take(fixes[0]);
    await untilDiagnostics(file, 0);
    assert.deepEqual(await eventTypes(file, content), ['message_restored']);
    assert.match(await hoverText(file, diagnostic.range.start), /Lost record put back from agent\\?-a1\\?\.jsonl, line 1/);
    await vscode.commands.executeCommand('riff.openMessages', file.uri);
    await until('the list', () => vscode.window.activeTextEditor?.document.uri.scheme === 'riff');
    await until('the record is in it', () => /^\+.*answer 9$/m.test(vscode.window.activeTextEditor?.document.getText() ?? ''));
  });

  it('splits a line that holds two records', async () => {
    const content = lines(conversation(20)).replace(/((?:.*\n){5}.*)\n/, '$1');
    const { file, fixes } = await opened(content);
    assert.match(
      fixes[0]?.title ?? '',
      /^Give each whole record of this line a line of its own \(high\) — loads 19 → 20 of 20 in Claude Code [\d.]+ \(Claude Agent SDK: 13 → 20\)/,
    );
    await take(fixes[0]);
    await untilDiagnostics(file, 0);
    assert.deepEqual(await eventTypes(file, content), ['line_split']);
  });

  it('leaves out a line of which no record can be read', async () => {
    const content = `${lines(conversation(20))}{"type":"user","uuid":"x`;
    const { file, fixes } = await opened(content);
    assert.match(fixes[0]?.title ?? '', /^Leave out line 21 \(high\) — no effect on a resume: loads 20 of 20 as before/);
    await take(fixes[0]);
    await untilDiagnostics(file, 0);
    assert.deepEqual(await eventTypes(file, content), ['line_quarantined']);
    // It is about no record: the way back is the log.
    const [event] = await storedEvents(file.id);
    await vscode.commands.executeCommand('riff.revert', file.uri, event?.event_id);
    await untilDiagnostics(file, 1);
  });

  it('answers a call whose result was lost, or leaves it out', async () => {
    const call = { ...messageAt(4, 3, 'assistant'), content: [{ type: 'tool_use', id: 'toolu_1', name: 'Bash', input: {} }] };
    const content = lines([...conversation(4), call, messageAt(5, 4, 'user'), messageAt(6, 5, 'assistant')]);
    const { file, range, fixes } = await opened(content);
    assert.match(fixes[0]?.title ?? '', /^Answer the call with a result that says it was lost \(high\)/);
    assert.match(fixes[1]?.title ?? '', /^Leave this record out \(medium\)/);
    await take(fixes[0]);
    await untilDiagnostics(file, 0);
    assert.deepEqual(await eventTypes(file, content), ['tool_result_synthesised']);
    assert.match(await hoverText(file, range.start), /Lost result of the call put in/);
  });

  it('tells what each of two branches loads, continues from either, and offers a session for each', async () => {
    const { file, fixes } = await opened(lines(twoBranches()));
    const titles = fixes.map(({ title }) => title);
    assert.match(titles[0] ?? '', /^Put all turns in order of time \(3 links\) \(high\) — loads 8 → 12 of 12/);
    assert.match(titles[1] ?? '', /^Continue the session from this branch .*\(medium\) — loads 8 of 12, others than now/);
    assert.equal(titles[2], 'Split into two sessions… — one loads 8, the other 8 of 12');
    assert.equal(titles[3], 'Preview what a resume would load…');
    assert.deepEqual(riffDiagnostics(file).length, 1);
  });

  it('shows which messages each choice of a branch loads and which no longer, and writes nothing', async () => {
    const content = lines(twoBranches());
    const { file, fixes } = await opened(content);
    const [common, older, newer] = [
      [1, 2, 3, 4],
      [5, 6, 9, 10],
      [7, 8, 11, 12],
    ];
    const now = [...common, ...newer];
    const both = await preview(fixes[3], /^loads 8 → 12 of 12/, /^loads 8 → 12 of 12/);
    assert.deepEqual(both, [now, [...common, ...older, ...newer].sort((a, b) => a - b)]);
    const other = await preview(
      fixes[3],
      /others than now/,
      /^loads 8 of 12, others than now in Claude Code [\d.]+.*: Continue the session/,
    );
    assert.deepEqual(other, [now, [...common, ...older]]);
    const split = await preview(fixes[3], /^Split/, /^One session loads 8, the other 8 of 12 messages/);
    assert.deepEqual(split, [now, [...common, ...older]]);
    assert.deepEqual(await eventTypes(file, content), []);
  });

  it('offers the same for what a client grafted on an old place', async () => {
    const graft = { id: idOf(20), parent: idOf(1), content: 'Continue from where you left off.', extra: { isMeta: true }, at: 30 };
    const { fixes } = await opened(lines([...conversation(8), graft, { ...messageAt(21, 20, 'assistant'), at: 31 }]));
    const titles = fixes.slice(0, 3).map(({ title }) => title);
    assert.match(titles[0] ?? '', /^Continue from line 8 · assistant \(high\) — loads 3 → 9 of 9/);
    assert.match(titles[1] ?? '', /^Continue the session from this branch .*\(medium\) — loads 3 → 8 of 9/);
    assert.equal(titles[2], 'Split into two sessions… — one loads 3, the other 8 of 9');
    const split = await preview(fixes[3], /^Split/, /^One session loads 3, the other 8 of 9 messages/);
    assert.deepEqual(split, [
      [1, 2, 10],
      [1, 2, 3, 4, 5, 6, 7, 8],
    ]);
  });
});

/**
 * Takes the quick fix that previews, and chooses what to look at.
 * @param title of the comparison that opens
 * @returns lines of the file that are loaded on its left and on its right
 */
async function preview(fix: vscode.CodeAction | undefined, pick: RegExp, title: RegExp): Promise<number[][]> {
  assert.equal(fix?.title, 'Preview what a resume would load…');
  await closeAll();
  await run(fix.command?.command ?? '', (fix.command?.arguments ?? []) as unknown[], { pick });
  await until(`the preview ${title.source}`, () => title.test(vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? ''));
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  assert.ok(input instanceof vscode.TabInputTextDiff);
  const shown = await Promise.all([input.original, input.modified].map((uri) => vscode.workspace.openTextDocument(uri)));
  return shown.map((document) =>
    document
      .getText()
      .split('\n')
      .map((line) => Number(line.slice(0, 6))),
  );
}

describe('findings that are not wanted', () => {
  afterEach(closeAll);
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('riff');

  it('leaves a finding out until the event is taken back', async () => {
    const content = damaged(20, [9]);
    const { file, fixes } = await opened(content);
    assert.equal(fixes.at(-1)?.title, 'Ignore this finding');
    await take(fixes.at(-1));
    await untilDiagnostics(file, 0);
    assert.deepEqual(await eventTypes(file, content), ['finding_ignored']);
    const [event] = await storedEvents(file.id);
    assert.equal(event?.payload['finding'], 'orphan-parent-missing');
    await vscode.commands.executeCommand('riff.revert', file.uri, event.event_id);
    await untilDiagnostics(file, 1);
  });

  it('follows the severity of a code, off included, at once', async () => {
    const { file } = await opened(damaged(20, [9]));
    const isShown = (severity: vscode.DiagnosticSeverity): boolean => riffDiagnostics(file)[0]?.severity === severity;
    try {
      await settings().update('severity', { 'orphan-parent-missing': 'info', nonsense: 'loud' }, vscode.ConfigurationTarget.Global);
      await until('it is a hint', () => isShown(vscode.DiagnosticSeverity.Information));
      await settings().update('severity', { 'orphan-parent-missing': 'off' }, vscode.ConfigurationTarget.Global);
      await untilDiagnostics(file, 0);
    } finally {
      await settings().update('severity', undefined, vscode.ConfigurationTarget.Global);
    }
    await until('it is an error again', () => isShown(vscode.DiagnosticSeverity.Error));
  });
});
