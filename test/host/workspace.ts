/** What the host tests share: files of the workspace, and waiting for what the editor shows. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { dataDirectory } from '../../src/files/data/data-directory.ts';
import { isProcessAlive, readDiscovery } from '../../src/files/data/service-discovery.ts';
import { openLocalStore } from '../../src/store/open-store.ts';
import type { RepairEvent } from '../../src/core/log/event.ts';
import type { EventStore } from '../../src/core/log/store.ts';
import { conversation, idOf, lines, SESSION } from '../support/records.ts';

/** Guards against a hang; the machine may be busy. */
const WAIT_MS = 60_000;

export interface SessionFile {
  readonly id: string;
  readonly uri: vscode.Uri;
  readonly path: string;
}

/** Writes a file named as a client names sessions, in a folder of its own: files beside a session are searched for its records. */
export async function writeSession(content: string | Uint8Array): Promise<SessionFile> {
  const id = randomUUID();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder, 'the window has a folder');
  const path = join(folder, id.slice(0, 8), `${id}.jsonl`);
  await mkdir(dirname(path));
  await writeFile(path, typeof content === 'string' ? content.replaceAll(SESSION, id) : content);
  return { id, uri: vscode.Uri.file(path), path };
}

/** A conversation of `count` messages, ten seconds apart, that lost the records at these positions: no program bridges its gaps. */
export function damaged(count: number, lost: readonly number[]): string {
  const messages = conversation(count).map((message, position) => ({ ...message, at: 10 * position }));
  return lines(messages.filter(({ id }) => !lost.some((n) => idOf(n) === id)));
}

/** Opens a file in the text editor. */
export async function openText({ uri }: SessionFile): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
}

/** Riff's diagnostics of a file. */
export function riffDiagnostics({ uri }: SessionFile): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'riff');
}

/** Waits until something holds. @param what for the message when it never does */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${WAIT_MS / 1000} s in vain: ${what}`);
    await delay(50);
  }
}

export async function untilDiagnostics(file: SessionFile, count: number): Promise<vscode.Diagnostic[]> {
  await until(`${count} diagnostics, there are ${riffDiagnostics(file).length}`, () => riffDiagnostics(file).length === count);
  return riffDiagnostics(file);
}

/** Riff's quick fixes on the line of a diagnostic, in the order of the menu. */
export async function quickFixes({ uri }: SessionFile, range: vscode.Range): Promise<vscode.CodeAction[]> {
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range, 'quickfix');
  return actions.filter(({ command }) => command?.command.startsWith('riff.'));
}

/** Runs what a quick fix would run. */
export async function take(action: vscode.CodeAction | undefined): Promise<void> {
  assert.ok(action?.command, 'the quick fix has a command');
  await vscode.commands.executeCommand(action.command.command, ...((action.command.arguments ?? []) as unknown[]));
}

/** What a user would answer: dialogs cannot be reached from here. */
export interface Answers {
  readonly input?: string;
  /** Tried on description and label of the items. */
  readonly pick?: RegExp;
  readonly button?: string;
  readonly save?: vscode.Uri;
  readonly open?: vscode.Uri;
}

interface Pick {
  readonly label: string;
  readonly description?: string;
}

/** Runs a command and answers its questions. @returns what it said in notifications and dialogs */
export async function run(command: string, args: readonly unknown[], answers: Answers = {}): Promise<string[]> {
  const said: string[] = [];
  const told = (message: string, ...rest: readonly unknown[]): Promise<unknown> => {
    const [options] = rest;
    const isQuestion = typeof options === 'object';
    const detail = isQuestion && options !== null && 'detail' in options ? options.detail : undefined;
    said.push(typeof detail === 'string' ? `${message}\n${detail}` : message);
    return Promise.resolve(isQuestion && rest.includes(answers.button) ? answers.button : undefined);
  };
  const stands = {
    showInputBox: () => Promise.resolve(answers.input),
    showQuickPick: (items: readonly Pick[]) =>
      Promise.resolve(items.find(({ label, description = label }) => answers.pick?.test(description))),
    showInformationMessage: told,
    showWarningMessage: told,
    showErrorMessage: told,
    showSaveDialog: () => Promise.resolve(answers.save),
    showOpenDialog: () => Promise.resolve(answers.open === undefined ? undefined : [answers.open]),
  };
  const window: Record<string, unknown> = vscode.window;
  const real = Object.fromEntries(Object.keys(stands).map((name) => [name, window[name]]));
  Object.assign(window, stands);
  try {
    await vscode.commands.executeCommand(command, ...args);
  } finally {
    Object.assign(window, real);
  }
  return said;
}

/** The hovers of a place as Markdown, one after the other. */
export async function hoverText({ uri }: SessionFile, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
  return hovers
    .flatMap(({ contents }) => contents)
    .map((part) => (part instanceof vscode.MarkdownString ? part.value : ''))
    .join('\n');
}

/** The session's events, read from the database. */
export function storedEvents(sessionId: string): Promise<RepairEvent[]> {
  return withStore((store) => store.events(sessionId));
}

/** Uses the database over a connection of the test's own. */
export async function withStore<T>(use: (store: EventStore) => Promise<T>): Promise<T> {
  const extension = vscode.extensions.getExtension('riff.riff');
  assert.ok(extension);
  const store = await openLocalStore({ dataDir: dataDirectory(), serviceEntry: join(extension.extensionPath, 'dist', 'service.cjs') });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/**
 * Runs statements with the rights of the database's owner, as whoever has its files can: the service is stopped for that, and the
 * window starts another one.
 */
export async function asOwner(statements: readonly string[]): Promise<string[]> {
  const extension = vscode.extensions.getExtension('riff.riff');
  assert.ok(extension);
  const program = join(extension.extensionPath, 'dist', 'test', 'owner.cjs');
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const running = promisify(execFile)(process.execPath, [program, dataDirectory(), JSON.stringify(statements)], { env });
  let isEnded = false;
  running.finally(() => (isEnded = true)).catch(() => undefined);
  await until('the owner has the database', async () => {
    const pid = (await readDiscovery(dataDirectory()))?.pid;
    if (!isEnded && pid !== undefined && isProcessAlive(pid)) process.kill(pid, 'SIGTERM');
    return isEnded;
  });
  return JSON.parse((await running).stdout) as string[];
}

/** Closes all editors, so that a test begins with none. */
export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
