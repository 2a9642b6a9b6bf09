import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { conversation, idOf, lines } from '../support/records.ts';
import { closeAll, damaged, openText, riffDiagnostics, until, untilDiagnostics, writeSession, type SessionFile } from './workspace.ts';

/** Long enough for what should not come to come. */
const QUIET_MS = 1_000;

const healthy = lines(conversation(10));

/** Name of the input, its content, and the findings that are listed for it. */
const INPUTS: readonly (readonly [string, string | Uint8Array, readonly string[]])[] = [
  ['an empty file', '', []],
  ['a file of line breaks', '\n\r\n\n', []],
  ['a binary file', Uint8Array.from({ length: 5_000 }, (_, i) => (i * i * 7919) % 256), []],
  ['a file with a byte order mark', `\u{feff}${healthy}`, ['byte-order-mark']],
  ['lines that end in CRLF', healthy.replaceAll('\n', '\r\n'), []],
  ['NUL bytes between records', `${healthy}${'\0'.repeat(300)}\n`, ['line-nul-bytes']],
  ['a last record that was cut off', healthy.slice(0, -40), ['line-torn']],
  ['two records on a line', healthy.replace('}\n{', '}{'), ['line-concatenated']],
  ['a line of 10 MB', lines([...conversation(4), { id: idOf(4), parent: idOf(3), content: 'x'.repeat(10_000_000) }]), ['line-oversize']],
];

async function graphIsOpen({ uri }: SessionFile): Promise<void> {
  await vscode.commands.executeCommand('riff.openGraph', uri);
  await until('the graph', () => {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    return input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString();
  });
}

describe('damaged and foreign files', () => {
  const rejections: string[] = [];
  // Other extensions run in this process too.
  const note = (reason: unknown): void => {
    const stack = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    if (/riff|dist\/(extension|worker|store|chunk)/.test(stack)) rejections.push(stack);
  };
  before(() => process.on('unhandledRejection', note));
  afterEach(async () => {
    await closeAll();
    assert.deepEqual(rejections.splice(0), []);
  });
  after(() => process.off('unhandledRejection', note));

  for (const [name, content, codes] of INPUTS) {
    it(`opens ${name}, as text and as a graph`, async () => {
      const file = await writeSession(content);
      await vscode.commands.executeCommand('vscode.open', file.uri);
      await graphIsOpen(file);
      if (codes.length > 0) await untilDiagnostics(file, codes.length);
      else await delay(QUIET_MS);
      const found = riffDiagnostics(file).map(({ code }) => (typeof code === 'object' ? code.value : code));
      assert.deepEqual(found, codes);
    });
  }

  it('lists the findings of a file that is too large for the editor', async () => {
    const bulk = Array.from({ length: 60 }, (_, i) => ({
      id: idOf(1000 + i),
      parent: i === 0 ? idOf(19) : idOf(999 + i),
      content: 'y'.repeat(900_000),
    }));
    const file = await writeSession(damaged(20, [9]) + lines(bulk));
    await vscode.commands.executeCommand('vscode.open', file.uri);
    const [diagnostic] = await untilDiagnostics(file, 1);
    assert.equal(diagnostic?.range.start.line, 9);
    await graphIsOpen(file);
  });

  it('survives that a file is taken away while it is open', async () => {
    const file = await writeSession(damaged(20, [9]));
    await openText(file);
    await untilDiagnostics(file, 1);
    await vscode.workspace.fs.delete(file.uri);
    await delay(QUIET_MS);
    await vscode.commands.executeCommand('riff.showLog');
  });
});
