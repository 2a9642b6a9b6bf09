import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { SessionAnalysis } from '../../src/core/session/session-analysis.ts';
import { suggestionFingerprint } from '../../src/operations/by-hand/offered-suggestion.ts';
import { filePorts } from '../../src/files/file-analysis.ts';
import { idOf } from '../support/records.ts';
import {
  closeAll,
  damaged,
  hoverText,
  openText,
  quickFixes,
  riffDiagnostics,
  storedEvents,
  take,
  until,
  untilDiagnostics,
  writeSession,
  type SessionFile,
} from './workspace.ts';

async function openDamaged(lost: readonly number[] = [9]): Promise<{ file: SessionFile; range: vscode.Range }> {
  const file = await writeSession(damaged(20, lost));
  await openText(file);
  const [diagnostic] = await untilDiagnostics(file, lost.length);
  assert.ok(diagnostic);
  return { file, range: diagnostic.range };
}

describe('repair', () => {
  afterEach(closeAll);

  it('writes an event, changes what is shown, and leaves the file alone', async () => {
    const { file, range } = await openDamaged();
    const before = await readFile(file.path);
    await take((await quickFixes(file, range))[0]);
    await untilDiagnostics(file, 0);
    assert.deepEqual(await readFile(file.path), before);
    const [event, ...more] = await storedEvents(file.id);
    assert.ok(event);
    assert.deepEqual(more, []);
    assert.equal(event.event_type, 'parent_repaired');
    assert.equal(event.message_id, idOf(10));
    assert.equal(event.old_parent_uuid, idOf(9));
    assert.equal(event.new_parent_uuid, idOf(8));
    assert.equal(event.transcript.size, before.length);
    assert.match(event.operator, /^user:\S+/);
    assert.equal(event.payload['finding'], 'orphan-parent-missing');
    assert.equal(event.payload['confidence'], 'high');
    assert.deepEqual(event.payload['effect'], {
      loader: 'claude-code',
      before: 10,
      after: 19,
      total: 19,
      client: { before: 10, after: 19 },
      loaders: [{ id: 'claude-agent-sdk', before: 10, after: 19 }],
    });
  });

  it('shows the repair in the hover, and reverts it by the link there', async () => {
    const { file, range } = await openDamaged();
    await take((await quickFixes(file, range))[0]);
    await untilDiagnostics(file, 0);
    const text = await hoverText(file, range.start);
    assert.match(text, /Repair history/);
    assert.match(text, /by repair; the file says/);
    const link = /\(command:riff\.revert\?([^)]+)\)/.exec(text)?.[1];
    assert.ok(link, 'there is a link to revert');
    const args = JSON.parse(decodeURIComponent(link)) as unknown[];
    await vscode.commands.executeCommand('riff.revert', ...args);
    await untilDiagnostics(file, 1);
    const events = await storedEvents(file.id);
    assert.deepEqual(
      events.map((event) => event.event_type),
      ['parent_repaired', 'reverted'],
    );
    assert.equal(events[1]?.reverts_event_id, events[0]?.event_id);
    assert.match(await hoverText(file, range.start), /~~[\s\S]+~~[\s\S]+reverted by/);
  });

  it('shows earlier repairs when a session is opened again', async () => {
    const file = await writeSession(damaged(20, [5, 13]));
    // As a graph: the editor keeps closed text documents for minutes.
    await vscode.commands.executeCommand('riff.openGraph', file.uri);
    await untilDiagnostics(file, 2);
    const analysis = await SessionAnalysis.open(filePorts(file.path));
    const [planned] = (await analysis.trials.plan('high')).repairs;
    assert.ok(planned);
    const { finding } = planned;
    const [suggestion] = await analysis.judgement.suggestions(finding.id);
    assert.ok(suggestion);
    await vscode.commands.executeCommand('riff.applySuggestion', file.uri, finding.id, suggestionFingerprint(finding.id, suggestion));
    const left = await untilDiagnostics(file, 1);
    await closeAll();
    await untilDiagnostics(file, 0);
    await vscode.commands.executeCommand('riff.openGraph', file.uri);
    await until('the repair is known', () => riffDiagnostics(file).length === 1);
    assert.deepEqual(riffDiagnostics(file)[0]?.range, left[0]?.range);
  });

  it('refuses a suggestion that is no longer offered', async () => {
    const { file, range } = await openDamaged();
    const fixes = (await quickFixes(file, range)).filter(({ command }) => command?.command === 'riff.applySuggestion');
    await take(fixes[0]);
    await untilDiagnostics(file, 0);
    await take(fixes[0]);
    assert.equal((await storedEvents(file.id)).length, 1);
  });

  it('takes repairs of the same record back one by one', async () => {
    const { file, range } = await openDamaged([5, 13]);
    await take((await quickFixes(file, range))[0]);
    const [left] = await untilDiagnostics(file, 1);
    assert.ok(left);
    await take((await quickFixes(file, left.range))[0]);
    await untilDiagnostics(file, 0);
    const [first] = await storedEvents(file.id);
    await vscode.commands.executeCommand('riff.revert', file.uri, first?.event_id);
    const [again] = await untilDiagnostics(file, 1);
    assert.deepEqual(again?.range, range);
  });

  it('lists the log in a document of its own', async () => {
    const { file, range } = await openDamaged();
    await take((await quickFixes(file, range))[0]);
    await vscode.commands.executeCommand('riff.showRepairLog', file.uri);
    await until('the log', () => vscode.window.activeTextEditor?.document.uri.scheme === 'riff-log');
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, new RegExp(`Repair log of session ${file.id}`));
    assert.match(text, /#1 {2}\d{4}-.+ {2}parent_repaired/);
  });
});
