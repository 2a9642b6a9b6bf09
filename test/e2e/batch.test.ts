/** All safe repairs of a session and of a folder, each after one question that shows the plan, and what the Repairs view does with them. */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { RepairEvent } from '../../src/core/log/event.ts';
import type { EventStore } from '../../src/core/log/store.ts';
import { openLocalStore } from '../../src/store/open-store.ts';
import { root } from '../../scripts/bootstrap.mjs';
import { killHostRound } from '../faults/host-round.ts';
import { loadedMessages } from '../generator/loader-model.ts';
import { present } from '../support/expect-value.ts';
import { conversation, idOf, lines, SESSION as SOME_ID, twoBranches } from '../support/records.ts';
import { it, useSharedVscode } from './tier.ts';

const SAMPLES = path.join(root, 'media', 'sample');
const SAMPLE = present(readdirSync(SAMPLES).find((name) => name.endsWith('.jsonl')));
const MESSAGES = 40;
const SESSION = '44444444-2222-4333-8444-555555555555';
const FILE = `${SESSION}.jsonl`;
const OTHER = '22222222-2222-4333-8444-555555555555';
const BRANCHES = '33333333-2222-4333-8444-555555555555';
const ALL = conversation(MESSAGES);
/** Without two records, one of which an agent's file has; the line break behind the 30th line is gone. */
const BROKEN = linesOf(
  SESSION,
  ALL.filter(({ id }) => id !== idOf(12) && id !== idOf(20)),
).replace(/((?:.*\n){29}.*)\n/, '$1');

const vscode = useSharedVscode('batch', {
  [FILE]: BROKEN,
  [`${SESSION}/subagents/agent-a1.jsonl`]: linesOf(SESSION, ALL.slice(20, 21)),
  [`project/${OTHER}.jsonl`]: BROKEN.replaceAll(SESSION, OTHER),
  [`branches/${BRANCHES}.jsonl`]: linesOf(BRANCHES, twoBranches()),
});

/** With a session id of this file alone. */
function linesOf(session: string, specs: Parameters<typeof lines>[0]): string {
  return lines(specs).replaceAll(SOME_ID, session);
}

let store: EventStore | null = null;
const events = (session: string): Promise<RepairEvent[]> => present(store).events(session);
const onDisk = (name: string): string => readFileSync(path.join(vscode().folder, name), 'utf8');

describe('repairs that are made together', () => {
  beforeAll(async () => {
    store = await openLocalStore({ dataDir: vscode().sandbox.dataDir, serviceEntry: path.join(root, 'dist', 'service.cjs') });
  });
  afterAll(async () => {
    await store?.close();
  });

  it('shows the plan of a session, makes it after one question, and writes a copy that loads all', async () => {
    const window = await vscode().window();
    await window.openFile(FILE);
    await window.problems(3);
    await window.runCommand('Riff: Repair All Safe');
    const question = window.page.locator('.monaco-dialog-box');
    await question.waitFor();
    await expect.poll(() => question.innerText()).toMatch(/Make 3 safe repairs\?[\s\S]*\d+ → 39 of 39 messages/);
    await window.picture('repair-all-question');
    await question.getByRole('button', { name: 'Show Plan' }).click();
    const plan = window.page.locator('.monaco-diff-editor .editor.modified .view-lines');
    await expect.poll(() => plan.innerText()).toMatch(/Put\sthe\slost\srecord\sback\sfrom\sagent-a1\.jsonl/);
    await window.picture('repair-plan');
    await expect.poll(() => events(SESSION)).toEqual([]);
    await window.answerNotification('Repair');
    const types = async (): Promise<string[]> => (await events(SESSION)).map(({ event_type }) => event_type);
    await expect.poll(types).toEqual(['note', 'parent_repaired', 'message_restored', 'line_split']);
    expect(present((await events(SESSION))[0]).payload['checkpoint']).toBe('before repairing 3 findings');
    expect(onDisk(FILE)).toBe(BROKEN);

    await window.runCommandUntilTold('Riff: Write Repaired Copy', 'Repaired copy written');
    const copy = present(readdirSync(vscode().folder).find((name) => name.endsWith('.jsonl') && name !== FILE));
    expect(loadedMessages(onDisk(copy))).toHaveLength(MESSAGES - 1);
    await window.openGraph(FILE);
    await expect.poll(() => window.graph().locator('body').innerText()).toMatch(/→\s*39\s*of 39 in a repaired copy/);
    await expect.poll(() => window.graph().locator('body').innerText()).toContain('3 repairs in force');
    await window.graph().locator('.row', { hasText: 'answer 13' }).click();
    await window.graph().locator('.details .history').waitFor();
    await window.picture('repair-all-graph');
  });

  it('writes a session for each of two branches, after it told what each loads', async () => {
    const window = await vscode().window();
    await window.openFile(`branches/${BRANCHES}.jsonl`);
    await window.problems(1);
    expect(await window.quickFixes(7)).toContain('Split into two sessions… — one loads 8, the other 8 of 12');
    await window.takeQuickFix(/^Split into two sessions/);
    const question = window.page.locator('.monaco-dialog-box');
    await question.waitFor();
    await window.picture('split-question');
    await question.getByRole('button', { name: 'Write Two Sessions' }).click();
    await window.notifications.filter({ hasText: 'Two sessions written' }).waitFor();
    const folder = path.join(vscode().folder, 'branches');
    const copies = readdirSync(folder).filter((name) => name !== `${BRANCHES}.jsonl`);
    const loaded = copies.map((name) => loadedMessages(onDisk(`branches/${name}`)));
    const older = [0, 1, 2, 3, 4, 5, 8, 9].map(idOf);
    const newer = [0, 1, 2, 3, 6, 7, 10, 11].map(idOf);
    expect(loaded.sort((a, b) => String(a).localeCompare(String(b)))).toEqual([older, newer]);
    expect((await events(BRANCHES)).map(({ event_type, payload }) => [event_type, payload['finding']])).toEqual([
      ['note', 'branches-compete'],
    ]);
    // Sessions of their own, which would be repaired with the folder.
    for (const name of copies) rmSync(path.join(folder, name));
  });

  it('repairs a folder after one question and tells what came of it', async () => {
    const window = await vscode().window();
    // It needs none; and the sessions that were open are let go meanwhile.
    await window.tidyUp();
    await window.runCommand('Riff: Repair All Safe in Folder…');
    await window.acceptFolder('Repair Sessions', vscode().folder);
    const question = window.page.locator('.monaco-dialog-box');
    await question.waitFor();
    // What was repaired before is not planned again; nothing stands beside the other session to put back.
    await expect
      .poll(() => question.innerText())
      .toMatch(/Make \d safe repairs in 2 sessions\?[\s\S]*branches\/33333333…: 8 → 12 of 12[\s\S]*project\/22222222…: \d+ → \d+ of \d+/);
    await window.picture('repair-folder-question');
    await question.getByRole('button', { name: 'Repair', exact: true }).click();
    await window.notifications.filter({ hasText: 'in the log, in 2 sessions' }).waitFor();
    await window.picture('repair-folder-done');
    const types = (await events(OTHER)).map(({ event_type }) => event_type);
    expect(types[0]).toBe('note');
    expect(types).toContain('line_split');
    expect(onDisk(`project/${OTHER}.jsonl`)).toBe(BROKEN.replaceAll(SESSION, OTHER));
  });

  it('are listed in the Repairs view, which takes back what came after a checkpoint, compares, and travels', async () => {
    await copyFile(path.join(SAMPLES, SAMPLE), path.join(vscode().folder, SAMPLE));
    const window = await vscode().window();
    const entry = (name: RegExp) => window.page.locator('.part.sidebar').getByRole('treeitem', { name });
    await window.page.locator('.activitybar').getByRole('tab', { name: 'Riff' }).click();
    await window.page.locator('.part.sidebar').getByText('Open a session file').waitFor();
    await window.openGraph(SAMPLE);
    await window.page.locator('.part.sidebar').getByText('Nothing was repaired').waitFor();
    await window.picture('repairs-empty');
    await window
      .graph()
      .getByRole('button', { name: /Repair All Safe/ })
      .click();
    await window.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Repair', exact: true }).click();
    await entry(/^before repairing \d findings, #1 /).waitFor();
    await expect.poll(() => entry(/#6 ·/).count()).toBe(1);
    await window.picture('repairs-log');

    await entry(/#1 ·/).click({ button: 'right' });
    await window.takeMenuItem('Go Back to Here…');
    const question = window.page.locator('.monaco-dialog-box');
    await question.waitFor();
    await window.picture('repairs-question');
    await question.getByRole('button', { name: 'Take Back' }).click();
    await expect.poll(() => entry(/taken back by #/).count()).toBe(5);
    await window.picture('repairs-taken-back');

    const slider = window.graph().getByRole('slider', { name: 'Position in the repair log' });
    await slider.press('Home');
    await expect.poll(() => window.graph().locator('.travel-message').innerText()).toMatch(/file without repairs/);
    // The file did not grow: what repairs put in is no new message.
    await expect.poll(() => window.graph().locator('.new-messages').isVisible()).toBe(false);
    await window.picture('travel-in-window');
    await window.runCommandUntilTold('Riff: Verify Repair Log', '11 events verified, unbroken to event 11');
    await window.picture('verified');
  });

  it('leaves a whole log when the extension host is killed in the middle, and the next start makes the rest', async () => {
    const window = await vscode().window();
    await window.tidyUp();
    const { survived, faults } = await killHostRound(vscode(), window, present(store), 1, 10);
    expect(faults).toEqual([]);
    expect(survived).toBeGreaterThanOrEqual(10);
  });
});
