/** A store on a server, in a real window: signing in, a folder that would send the log elsewhere, and the server away for a while. */
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import type { RepairEvent } from '../../src/core/log/event.ts';
import type { EventStore } from '../../src/core/log/store.ts';
import { root } from '../../scripts/bootstrap.mjs';
import { startProxy, type Proxy } from '../contract/proxy.ts';
import { PASSWORD, PLACE, remoteHarness, type RemoteHarness } from '../contract/remote-harness.ts';
import { appendNow, draft } from '../contract/sample.ts';
import type { Problem, Workbench } from '../harness/workbench.ts';
import { present } from '../support/expect-value.ts';
import { it, useSharedVscode } from './tier.ts';

const SAMPLES = path.join(root, 'media', 'sample');
const FILE = present(readdirSync(SAMPLES).find((name) => name.endsWith('.jsonl')));
const SESSION = path.basename(FILE, '.jsonl');
const BYTES = readFileSync(path.join(SAMPLES, FILE));
/** The same damage in another session, of which nobody has logged anything yet. */
const OTHER = '22222222-2222-4333-8444-555555555555';

let server: RemoteHarness;
/** The server's address, by which it can be away as well. */
let line: Proxy;
/** The address that the folder's own settings name. */
let elsewhere: Proxy;

const vscode = useSharedVscode('remote', {
  [FILE]: BYTES,
  [`other/${OTHER}.jsonl`]: BYTES.toString('utf8').replaceAll(SESSION, OTHER),
});

const folderSettings = (): string => path.join(vscode().sandbox.workspace, '.vscode', 'settings.json');

/** @param connectTimeout in seconds */
function writeFolderSettings(connectTimeout: number): Promise<void> {
  const settings = {
    'riff.store.url': `ws://127.0.0.1:${elsewhere.port}`,
    'riff.store.password': PASSWORD,
    'riff.store.secret': PASSWORD,
    'riff.store.connectTimeout': connectTimeout,
  };
  return writeFile(folderSettings(), JSON.stringify(settings));
}

it.beforeAll(async ({ shared: _running }) => {
  server = await remoteHarness();
  line = await startProxy(() => server.port);
  elsewhere = await startProxy(() => server.port);
  const window = await vscode().window();
  await window.writeSettings({
    ...vscode().settings,
    'riff.store.url': `ws://127.0.0.1:${line.port}`,
    'riff.store.namespace': PLACE.namespace,
    'riff.store.database': PLACE.database,
    'riff.store.user': 'writer',
    'riff.store.connectTimeout': 3,
  });
  await mkdir(path.dirname(folderSettings()));
  await writeFolderSettings(3);
});
afterAll(async () => {
  await rm(path.dirname(folderSettings()), { recursive: true });
  await (await vscode().window()).writeSettings(vscode().settings);
  await line.close();
  await elsewhere.close();
  await server.dispose();
});

async function withServer<T>(use: (store: EventStore) => Promise<T>): Promise<T> {
  const store = await server.open();
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const stored = (session = SESSION): Promise<RepairEvent[]> => withServer((store) => store.events(session));
const status = (window: Workbench): Promise<string> => window.statusBarItem.first().getAttribute('aria-label').then(String);

async function orphans(window: Workbench, count: number): Promise<Problem[]> {
  let found: Problem[] = [];
  const read = async (): Promise<number> => {
    found = (await window.problems()).filter(({ code }) => code.startsWith('orphan'));
    return found.length;
  };
  await expect.poll(read).toBe(count);
  return found;
}

async function repairOne(window: Workbench, { line, column }: Problem): Promise<void> {
  const fixes = await window.quickFixes(line, column);
  await window.takeQuickFix(present(fixes[0]));
}

async function signIn(window: Workbench): Promise<void> {
  await window.runCommand('Riff: Sign In to Store…');
  await window.quickInput.and(window.page.locator('[type="password"]')).waitFor();
  await window.answer(PASSWORD);
}

/** The record of a problem and the parent that the file gives it. */
function recordOf({ line }: Problem): { uuid: string; parentUuid: string } {
  return JSON.parse(present(BYTES.toString('utf8').split('\n')[line - 1])) as { uuid: string; parentUuid: string };
}

describe('a store on a server', () => {
  it('is the one of the user’s settings in a folder that is not trusted, and needs a password that no setting holds', async () => {
    const window = await vscode().window();
    await window.openFile(FILE);
    await orphans(window, 3);
    await expect.poll(() => status(window)).toMatch(/team\/project-1.* out of reach.*No password of writer is known/);
    await window.picture('store-no-password');
    await signIn(window);
    await expect.poll(() => status(window)).toContain(`The repair log is open, on 127.0.0.1:${line.port} (team/project-1).`);
    expect(elsewhere.connections).toBe(0);
  });

  it('takes the repairs of the editor', async () => {
    const window = await vscode().window();
    const [first] = await orphans(window, 3);
    await repairOne(window, present(first));
    await orphans(window, 2);
    await expect.poll(() => stored()).toMatchObject([{ seq: 1, event_type: 'parent_repaired', message_id: recordOf(present(first)).uuid }]);
  });

  it('keeps repairs waiting while the server is away, also when the window is closed', async () => {
    const window = await vscode().window();
    const left = await orphans(window, 2);
    line.isBarred = true;
    line.cut();
    await repairOne(window, present(left[0]));
    await orphans(window, 1);
    await expect.poll(() => window.statusBarItem.first().innerText()).toContain('1 waiting');
    // What an untrusted folder says changes nothing: what is known of the log stays known.
    await writeFolderSettings(4);
    await window.page.waitForTimeout(2000);
    await orphans(window, 1);
    await repairOne(window, present(left[1]));
    await orphans(window, 0);
    await expect.poll(() => window.statusBarItem.first().innerText()).toContain('2 waiting');
    const hover = await window.hover(present(left[1]).line, present(left[1]).column);
    await expect.poll(() => hover.innerText()).toContain('waiting for the store');
    await window.picture('store-waiting');
    await expect.poll(() => stored()).toHaveLength(1);

    await window.page.reload();
    await window.untilReady();
    await window.openFile(FILE);
    await expect.poll(() => window.statusBarItem.first().innerText()).toContain('2 waiting');

    // Meanwhile somebody else repairs one of the two otherwise.
    const { uuid, parentUuid } = recordOf(present(left[0]));
    const theirs = { message_id: uuid, old_parent_uuid: parentUuid, new_parent_uuid: null, operator: 'user:colleague' };
    await withServer((store) => appendNow(store, draft(SESSION, theirs)));
    line.isBarred = false;
    // In a browser without a server's key, VS Code keeps secrets as long as the page alone.
    await signIn(window);
    await expect.poll(async () => (await stored()).length).toBe(3);
    expect((await stored()).map(({ message_id }) => message_id)).toEqual([expect.any(String), uuid, recordOf(present(left[1])).uuid]);
    await expect.poll(() => window.notifications.allInnerTexts()).toContainEqual(expect.stringContaining('user:colleague'));
    await window.picture('store-conflict');
    await window.runCommand('Riff: Show Waiting Repairs…');
    await expect.poll(() => window.quickLabels()).toContainEqual(expect.stringContaining('user:colleague'));
    await window.page.keyboard.press('Escape');
  });

  it('keeps the safe repairs of a whole folder waiting as well', async () => {
    const window = await vscode().window();
    line.isBarred = true;
    line.cut();
    await window.runCommand('Riff: Repair All Safe in Folder…');
    await window.acceptFolder('Repair Sessions', vscode().folder);
    const question = window.page.locator('.monaco-dialog-box');
    await question.waitFor();
    expect(await question.innerText()).toMatch(
      /Make \d safe repairs? in 1 session\?[\s\S]*The repair log is out of reach: the repairs wait/,
    );
    await window.picture('store-folder-question');
    await question.getByRole('button', { name: 'Repair', exact: true }).click();
    // What is in force of the session that was repaired before cannot be told now.
    const told = /waiting for the store, in 1 session[\s\S]*1 place passed over[\s\S]*it has repairs that cannot be read/;
    await window.notifications.filter({ hasText: told }).waitFor();
    await window.picture('store-folder-waiting');
    expect(await stored(OTHER)).toEqual([]);
    line.isBarred = false;
    await expect.poll(async () => (await stored(OTHER)).map(({ event_type }) => event_type)).toContain('line_split');
    expect((await stored(OTHER))[0]?.payload['checkpoint']).toMatch(/^before repairing/);
  });

  it('is the one of the folder’s settings once it is trusted; the password of the other is not sent there', async () => {
    const window = await vscode().window();
    await window.runCommand('Workspaces: Manage Workspace Trust');
    await window.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await window.openFile(FILE);
    await expect.poll(() => status(window)).toMatch(new RegExp(`127.0.0.1:${elsewhere.port}.*No password of writer is known`));
    expect(elsewhere.connections).toBe(0);
  });
});
