import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { conversation, idOf, lines, record, SESSION } from '../support/records.ts';
import { closeAll, damaged, hoverText, openText, quickFixes, riffDiagnostics, until, untilDiagnostics, writeSession } from './workspace.ts';

/** Long enough for findings that should not come to come. */
const QUIET_MS = 1_500;

describe('findings in the text editor', () => {
  afterEach(closeAll);

  it('marks the parent of an orphan and says what a resume loads now and after repair', async () => {
    const file = await writeSession(damaged(20, [9]));
    const editor = await openText(file);
    const [diagnostic] = await untilDiagnostics(file, 1);
    assert.ok(diagnostic);
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(diagnostic.range.start.line, 9);
    assert.equal(editor.document.getText(diagnostic.range), `"${idOf(9)}"`);
    assert.match(diagnostic.message, /Claude Code [\d.]+ loads 10 of 19 messages now, 19 after repair\./);
    const { code } = diagnostic;
    assert.ok(typeof code === 'object' && code.value === 'orphan-parent-missing');
  });

  it('says nothing about a healthy session, nor about files that are no sessions', async () => {
    const healthy = await writeSession(lines(conversation(12)));
    const other = await writeSession('{"type":"click","sessionId":"a"}\n{"type":"view","sessionId":"b"}\nnot json\n');
    const empty = await writeSession('');
    for (const file of [healthy, other, empty]) await openText(file);
    await delay(QUIET_MS);
    for (const file of [healthy, other, empty]) assert.deepEqual(riffDiagnostics(file), []);
    assert.equal(await hoverText(other, new vscode.Position(0, 3)), '');
    assert.deepEqual(await quickFixes(other, new vscode.Range(0, 0, 2, 3)), []);
  });

  it('ranks quick fixes, the best first and preferred, each with its effect, confidence and reason', async () => {
    const file = await writeSession(damaged(20, [9]));
    await openText(file);
    const [diagnostic] = await untilDiagnostics(file, 1);
    assert.ok(diagnostic);
    const actions = await quickFixes(file, diagnostic.range);
    assert.match(actions[0]?.title ?? '', /^Continue from line 9 · user \(high\) — loads 10 → 19 of 19 in Claude Code [\d.]+\. \S.+\.$/);
    assert.equal(actions[0]?.isPreferred, true);
    assert.ok(actions.slice(1).every((action) => action.isPreferred !== true));
    assert.deepEqual(
      actions.slice(-3).map(({ title }) => title),
      ['Repair all safe findings (1)', 'Open Session Graph here', 'Ignore this finding'],
    );
  });

  it('follows the file while a client writes it', async () => {
    const file = await writeSession(lines(conversation(6)));
    await openText(file);
    await delay(QUIET_MS);
    await appendFile(file.path, `${JSON.stringify(record({ id: idOf(90), parent: idOf(77) }, 90)).replaceAll(SESSION, file.id)}\n`);
    await untilDiagnostics(file, 1);
    await writeFile(file.path, lines(conversation(4)).replaceAll(SESSION, file.id));
    await untilDiagnostics(file, 0);
  });

  it('caps what it lists and says what is not listed', async () => {
    const orphans = Array.from({ length: 1_200 }, (_, i) => ({ id: idOf(i + 1), parent: idOf(100_000 + i) }));
    const file = await writeSession(lines(orphans));
    await openText(file);
    await until('all listed', () => riffDiagnostics(file).length === 1_000);
    const summary = riffDiagnostics(file).find(({ message }) => message.includes('not listed'));
    assert.match(summary?.message ?? '', /^\d+ more findings are not listed here: \d+ orphan-parent-missing/);
  });

  it('finds a record in a changed document by its id', async () => {
    const file = await writeSession(damaged(8, [3]));
    const editor = await openText(file);
    await untilDiagnostics(file, 1);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '\n\n'));
    const actions = await quickFixes(file, new vscode.Range(5, 0, 5, 5));
    assert.match(actions[0]?.title ?? '', /^Continue from line 3/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('shows the words of a transcript as words in a hover', async () => {
    const hostile = '[click](command:workbench.action.quit) **bold** $(alert)';
    const file = await writeSession(
      lines([
        { id: idOf(1), parent: null, content: hostile },
        { id: idOf(2), parent: idOf(1), type: 'assistant' },
      ]),
    );
    await openText(file);
    await until('a hover', async () => (await hoverText(file, new vscode.Position(0, 5))) !== '');
    const text = await hoverText(file, new vscode.Position(0, 5));
    assert.match(text, /\\\[click\\\]\\\(command/);
    assert.match(text, /\\\*\\\*bold\\\*\\\*/);
    assert.doesNotMatch(text, /(^|[^\\])\$\(alert\)/);
  });
});
