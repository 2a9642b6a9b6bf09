/** The main job as a person does it: the package installed, a real window, the sample session, the real database. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RepairEvent } from '../../src/core/log/event.ts';
import type { EventStore } from '../../src/core/log/store.ts';
import { openLocalStore } from '../../src/store/open-store.ts';
import { root } from '../../scripts/bootstrap.mjs';
import { present } from '../support/expect-value.ts';
import { useVscode } from '../harness/use-vscode.ts';
import type { Problem, Workbench } from '../harness/workbench.ts';
import { loadedMessages } from '../generator/loader-model.ts';

const SAMPLES = path.join(root, 'media', 'sample');
const FILE = present(readdirSync(SAMPLES).find((name) => name.endsWith('.jsonl')));
const SESSION = path.basename(FILE, '.jsonl');
const BYTES = readFileSync(path.join(SAMPLES, FILE));

const vscode = useVscode({ vsix: inject('package').file, files: { [FILE]: BYTES } });
let store: EventStore | null = null;

const onDisk = (name = FILE): string => readFileSync(path.join(vscode().sandbox.workspace, name), 'utf8');
const orphansOf = (problems: readonly Problem[]): Problem[] => problems.filter((problem) => problem.code.startsWith('orphan'));
const events = async (): Promise<RepairEvent[]> =>
  (await present(store).events(SESSION)).filter((event) => event.event_type !== 'message_added');

async function problemsOf(window: Workbench, orphans: number): Promise<Problem[]> {
  let found: Problem[] = [];
  await expect.poll(async () => orphansOf((found = await window.problems())).length).toBe(orphans);
  return found;
}

describe('the main job', () => {
  beforeAll(async () => {
    store = await openLocalStore({ dataDir: vscode().sandbox.dataDir, serviceEntry: path.join(root, 'dist', 'service.cjs') });
  });
  afterAll(async () => {
    await store?.close();
  });

  it('marks what is broken in the text and says what a resume loads', async () => {
    const window = await vscode().window();
    await window.openFile(FILE);
    const problems = await problemsOf(window, 3);
    expect(problems.map((problem) => problem.source)).toContain('riff');
    expect(present(problems[0]).message).toMatch(/loads 50 of 128 messages now, 128 after/);
    await window.picture('problems');
  });

  it('repairs by quick fix: log, problems, status bar and hover change, the file does not', async () => {
    const window = await vscode().window();
    await window.openFile(FILE);
    const orphan = present(orphansOf(await problemsOf(window, 3)).at(-1));
    await expect.poll(() => window.statusBarItem.innerText()).toMatch(/50\s*→\s*128/);

    const fixes = await window.quickFixes(orphan.line, orphan.column);
    expect(present(fixes[0])).toMatch(/^Continue from line \d+.*high/);
    expect(fixes.length).toBeGreaterThan(1);
    await window.picture('quick-fixes');
    await window.takeQuickFix(present(fixes[0]));

    await problemsOf(window, 2);
    await expect.poll(async () => (await events()).length).toBe(1);
    const event = present((await events())[0]);
    expect(event).toMatchObject({ session_id: SESSION, seq: 1, event_type: 'parent_repaired', validation_passed: true, prev_digest: '' });
    const orphanLine = JSON.parse(present(onDisk().split('\n')[orphan.line - 1])) as { uuid: string; parentUuid: string };
    expect(event).toMatchObject({ message_id: orphanLine.uuid, old_parent_uuid: orphanLine.parentUuid });
    expect(event.operator).toMatch(/^user:./);
    expect(onDisk()).toBe(BYTES.toString('utf8'));

    const hover = await window.hover(orphan.line, orphan.column);
    await expect.poll(() => hover.innerText()).toMatch(/Repair history[\s\S]*user:[\s\S]*high[\s\S]*Revert/);
    await window.picture('hover-history');
  });

  it('still has the repair in a new window, and takes it back by the link in the hover', async () => {
    const window = await vscode().openWindow();
    await window.openFile(FILE);
    await problemsOf(window, 2);
    const event = present((await events())[0]);
    const line =
      onDisk()
        .split('\n')
        .findIndex((text) => text.includes(`"uuid":"${present(event.message_id)}"`)) + 1;
    const hover = await window.hover(line, 30);
    await hover.getByText('Revert').click();
    await problemsOf(window, 3);
    await expect.poll(async () => (await events()).map((one) => one.event_type)).toEqual(['parent_repaired', 'reverted']);
    expect((await events())[1]).toMatchObject({ reverts_event_id: event.event_id, prev_digest: event.event_digest });
  });

  it('shows the graph and repairs in it, and it changes at once', async () => {
    const window = await vscode().window();
    await window.openGraph(FILE);
    const graph = window.graph();
    await expect.poll(() => graph.locator('body').innerText()).toMatch(/50\s*→\s*128/);
    await expect.poll(() => graph.getByRole('treeitem').count()).toBeGreaterThan(10);
    await graph.locator('.details .candidate').first().waitFor();
    await window.runCommand('View: Toggle Panel Visibility');
    await window.page.locator('.markers-panel').waitFor({ state: 'hidden' });
    await window.picture('graph-damaged');
    await graph.getByRole('button', { name: 'Next Repair' }).click();
    await graph
      .locator('.details vscode-button')
      .filter({ hasText: /^\s*Repair\s*$/ })
      .first()
      .click();
    await expect.poll(async () => (await events()).length).toBe(3);
    await graph.getByRole('button', { name: 'Repair All Safe (4)' }).click();
    await window.page.getByRole('button', { name: 'Repair', exact: true }).click();
    await expect.poll(async () => (await events()).length).toBe(8);
    expect((await events()).slice(3).map((one) => one.event_type)).toEqual([
      'note',
      'parent_repaired',
      'tool_result_synthesised',
      'parent_repaired',
      'parent_repaired',
    ]);
    await expect.poll(() => graph.locator('body').innerText()).toMatch(/50\s*→\s*128\s*of 128 in a repaired copy/);
    await expect.poll(() => graph.locator('.details').innerText()).toContain('loaded by a resume of a repaired copy');
    await window.picture('graph-repaired');
    const view = present(await present(store).view(SESSION));
    expect(Object.keys(view.message_parents)).toHaveLength(4);
    expect(view).toMatchObject({ last_seq: 8, is_stale: false });
  });

  it('syncs, and says that nothing changed the second time', async () => {
    const window = await vscode().window();
    await window.runCommandUntilTold('Riff: Sync Session to SurrealDB', 'Synced: 207 added');
    await window.runCommandUntilTold('Riff: Sync Session to SurrealDB', 'Nothing has changed since the last sync');
    await window.picture('synced');
  });

  it('writes a repaired copy that a resume loads whole', async () => {
    const window = await vscode().window();
    await window.runCommandUntilTold('Riff: Write Repaired Copy', 'Repaired copy written');
    const copy = present(readdirSync(vscode().sandbox.workspace).find((name) => name.endsWith('.jsonl') && name !== FILE));
    expect(loadedMessages(onDisk(copy))).toHaveLength(128);
    expect(onDisk()).toBe(BYTES.toString('utf8'));
    await window.answerNotification('Open Graph');
    await expect.poll(() => window.graph().locator('body').innerText()).toContain('128');
    await window.picture('copy');
    // Of its own, VS Code complains that a second window has the same folder.
    const errors = (await vscode().extensionHostLog()).split('\n').filter((line) => /\[error\](?!.*vscode\.lock)/.test(line));
    expect(errors).toEqual([]);
  });
});
