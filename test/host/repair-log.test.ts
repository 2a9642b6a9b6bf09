import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { LogExport } from '../../src/core/log/transfer/export.ts';
import { dataDirectory } from '../../src/files/data/data-directory.ts';
import {
  asOwner,
  closeAll,
  damaged,
  openText,
  quickFixes,
  run,
  storedEvents,
  take,
  until,
  untilDiagnostics,
  writeSession,
  type SessionFile,
} from './workspace.ts';

async function repairNext(file: SessionFile, left: number): Promise<void> {
  const [diagnostic] = await untilDiagnostics(file, left + 1);
  assert.ok(diagnostic);
  await take((await quickFixes(file, diagnostic.range))[0]);
  await untilDiagnostics(file, left);
}

describe('the repair log in the editor', () => {
  afterEach(closeAll);

  it('makes checkpoints, goes back to them by reverts, verifies, and names what is another than it was', async () => {
    const file = await writeSession(damaged(40, [9, 19]));
    await openText(file);
    await repairNext(file, 1);
    await run('riff.createCheckpoint', [file.uri], { input: 'between' });
    await repairNext(file, 0);
    const asked = await run('riff.goBackTo', [file.uri], { pick: /^#2 /, button: 'Take Back' });
    assert.match(asked.join(), /^Take back 1 event\?\nA resume of a repaired copy loads 38 → 20 of 38 messages in Claude Code [\d.]+\./);
    await untilDiagnostics(file, 1);
    const events = await storedEvents(file.id);
    assert.deepEqual(
      events.map(({ event_type, payload }) => payload['checkpoint'] ?? event_type),
      ['parent_repaired', 'between', 'parent_repaired', 'reverted'],
    );
    assert.equal(events[3]?.reverts_event_id, events[2]?.event_id);

    assert.match((await run('riff.verifyLog', [file.uri])).join(), /^4 events verified, unbroken to event 4 /);
    const seen = join(dataDirectory(), 'heads', `${file.id}.seen.jsonl`);
    const lines = (await readFile(seen, 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, 4, 'each event is written down once');
    // The guards of the table are for everybody but its owner, who can import past them.
    const forged = `OPTION IMPORT; UPDATE repairs_events:['${file.id}', 1] SET operator = 'user:mallory'`;
    assert.deepEqual(await asOwner([forged]), ['ok']);
    assert.equal((await storedEvents(file.id))[0]?.operator, 'user:mallory');
    const said = await run('riff.verifyLog', [file.uri]);
    assert.match(said.join(), /not what was written: \d faults?\. Event 1, operator: /);
    const report = vscode.window.activeTextEditor?.document;
    assert.equal(report?.uri.scheme, 'riff-report');
    assert.ok(report.getText().includes(events[0]?.event_id ?? '?'));
  });

  it('exports a log, takes it in once, and refuses a file that was changed', async () => {
    const file = await writeSession(damaged(20, [9]));
    await openText(file);
    await repairNext(file, 0);
    const target = vscode.Uri.file(join(dirname(file.path), 'repairs.json'));
    assert.match((await run('riff.exportLog', [file.uri], { save: target })).join(), /^1 event exported/);
    const exported = JSON.parse(await readFile(target.fsPath, 'utf8')) as LogExport;
    assert.equal(exported.session_id, file.id);
    assert.match((await run('riff.importLog', [], { open: target })).join(), /all in the log already/);
    await writeFile(target.fsPath, JSON.stringify(exported).replace('"validation_passed":true', '"validation_passed":false'));
    assert.match((await run('riff.importLog', [], { open: target })).join(), /not imported\. Event 1, validation_passed: /);
    assert.equal((await storedEvents(file.id)).length, 1);
  });

  it('compares what is loaded at two positions of the log', async () => {
    const file = await writeSession(damaged(20, [9]));
    await openText(file);
    await repairNext(file, 0);
    await run('riff.compareLogPositions', [file.uri], { pick: /before all repairs/ });
    await until('the comparison', () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff);
    const at = (seq: number): vscode.Uri => file.uri.with({ scheme: 'riff', path: `${file.uri.path}.messages`, query: `at=${seq}&loaded` });
    const [then, now] = await Promise.all([vscode.workspace.openTextDocument(at(0)), vscode.workspace.openTextDocument(at(1))]);
    assert.equal(now.lineCount, 19);
    assert.ok(then.lineCount < 19);
    assert.deepEqual(vscode.languages.getDiagnostics(then.uri), []);
  });
});
