import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('activation', () => {
  it('starts and offers its commands', async () => {
    const extension = vscode.extensions.getExtension('riff.riff');
    assert.ok(extension, 'the extension is known');
    await extension.activate();
    assert.equal(extension.isActive, true);
    const commands = await vscode.commands.getCommands(true);
    assert.ok(commands.includes('riff.openGraph'));
  });
});
