/** The log of a session in its view, and the graph at other positions of it, in a real window with the real database. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/bootstrap.mjs';
import { useVscode } from '../harness/use-vscode.ts';
import { present } from '../support/present.ts';

const SAMPLES = path.join(root, 'media', 'sample');
const FILE = present(readdirSync(SAMPLES).find((name) => name.endsWith('.jsonl')));

const vscode = useVscode({ files: { [FILE]: readFileSync(path.join(SAMPLES, FILE)) } });
/** Guards against a hang; the machine may be busy. */

describe('the Repairs view', () => {
  it('lists the log, takes back what came after a checkpoint, compares, and travels', async () => {
    const window = await vscode().openWindow();
    const entry = (name: RegExp) => window.page.locator('.part.sidebar').getByRole('treeitem', { name });
    await window.page.locator('.activitybar').getByRole('tab', { name: 'Riff' }).click();
    await window.page.locator('.part.sidebar').getByText('Open a session file').waitFor();
    await window.openGraph(FILE);
    await window.page.locator('.part.sidebar').getByText('Nothing was repaired').waitFor();
    await window.screenshot('repairs-empty');
    await window
      .graph()
      .getByRole('button', { name: /Repair All Safe/ })
      .click();
    await window.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Repair', exact: true }).click();
    await entry(/^before repairing \d findings, #1 /).waitFor();
    await expect.poll(() => entry(/#6 ·/).count()).toBe(1);
    await window.screenshot('repairs-log');

    await entry(/#1 ·/).click({ button: 'right' });
    await window.page.locator('.context-view').getByRole('menuitem', { name: 'Go Back to Here…' }).waitFor();
    await window.screenshot('repairs-menu');
    await window.page.locator('.context-view').getByRole('menuitem', { name: 'Go Back to Here…' }).click();
    const question = window.page.locator('.monaco-dialog-box');
    await question.waitFor();
    await window.screenshot('repairs-question');
    await question.getByRole('button', { name: 'Take Back' }).click();
    await expect.poll(() => entry(/taken back by #/).count()).toBe(5);
    await window.screenshot('repairs-taken-back');

    const slider = window.graph().getByRole('slider', { name: 'Position in the repair log' });
    await slider.focus();
    await window.page.keyboard.press('Home');
    await expect.poll(() => window.graph().locator('.travel-message').innerText()).toMatch(/file without repairs/);
    // The file did not grow: what repairs put in is no new message.
    await expect.poll(() => window.graph().locator('.new-messages').isVisible()).toBe(false);
    await window.screenshot('travel-in-window');
    await window.runCommandUntilTold('Riff: Verify Repair Log', '11 events verified, unbroken to event 11');
    await window.screenshot('verified');
  });
});
