/**
 * Looks after the store while nobody works. It is the window's task and not the service's: it serves a store on a server as well,
 * knows the user's settings and has a channel to tell. The work itself is done by the `riff` command in a process of its own, for
 * the extension host must never be kept busy.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { dataDirectory } from '../../files/data/data-directory.ts';
import { rememberUpkeep, upkeepTimes } from '../../files/data/upkeep-times.ts';
import { UpkeepReport } from '../../operations/store/upkeep.ts';
import type { Reporter } from '../log/output.ts';
import type { StoreAccess } from '../store/store-access.ts';
import { dueUpkeep, type UpkeepSettings, type UpkeepWork } from './due.ts';

const LOOK_MS = 60_000;
const TIMEOUT_MS = 30 * 60_000;

const SettingsSchema = v.object({
  idleMinutes: v.fallback(v.pipe(v.number(), v.minValue(0)), 10),
  sample: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0)), 5),
  checkAll: v.fallback(v.picklist(['never', 'daily', 'weekly']), 'weekly'),
});

/** Starts to look, once a minute, whether there is something to do. */
export function applyUpkeep(context: vscode.ExtensionContext, store: StoreAccess, report: Reporter): void {
  const command = join(context.extensionPath, 'dist', 'cli.cjs');
  let lastWork = Date.now();
  let running: Promise<void> | null = null;
  const worked = (): void => {
    lastWork = Date.now();
  };
  const look = async (): Promise<void> => {
    // A store that nobody has opened is not started for this.
    if (store.state.kind !== 'ready') return;
    const directory = dataDirectory();
    const times = await upkeepTimes(directory, store.name);
    const now = Date.now();
    const work = dueUpkeep(settings(), times, now - lastWork, now);
    if (work === null) return;
    // Remembered first: another window must not begin as well.
    await rememberUpkeep(directory, store.name, { ran: now, checkedAll: work.kind === 'all' ? now : times.checkedAll });
    await keepUp(command, work, store, report);
  };
  const timer = setInterval(() => {
    running ??= look()
      .catch((error: unknown) => report.error('Upkeep of the store', error))
      .finally(() => {
        running = null;
      });
  }, LOOK_MS);
  context.subscriptions.push(
    { dispose: () => clearInterval(timer) },
    vscode.workspace.onDidChangeTextDocument(worked),
    vscode.window.onDidChangeActiveTextEditor(worked),
    vscode.window.onDidChangeTextEditorSelection(worked),
    vscode.window.tabGroups.onDidChangeTabs(worked),
    store.onDidChangeState(worked),
  );
}

function settings(): UpkeepSettings {
  const set = vscode.workspace.getConfiguration('riff.upkeep');
  return v.parse(SettingsSchema, {
    idleMinutes: set.get<unknown>('idleMinutes'),
    sample: set.get<unknown>('sample'),
    checkAll: set.get<unknown>('checkAll'),
  });
}

async function keepUp(command: string, work: UpkeepWork, store: StoreAccess, report: Reporter): Promise<void> {
  const args = [command, 'upkeep', '--json', ...(work.kind === 'all' ? ['--all'] : ['--sample', String(work.size)])];
  const env = { ...process.env, ...(await store.environment()), ELECTRON_RUN_AS_NODE: '1' };
  const running = promisify(execFile)(process.execPath, args, { env, timeout: TIMEOUT_MS, windowsHide: true });
  // A log that is not sound is told by the status 1, and by the document.
  const { stdout } = await running.catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 1 && 'stdout' in error) return { stdout: String(error.stdout) };
    throw error;
  });
  const { views, logs } = v.parse(v.pipe(v.string(), v.parseJson(), UpkeepReport), stdout);
  report.info(`Upkeep: ${views.checked} views looked at, ${views.rebuilt} rebuilt`);
  const what = work.kind === 'all' ? 'integrity of all logs' : 'a sample of logs';
  const told = `Upkeep: ${what} checked (${logs.checked} of ${logs.of}), ${logs.faulty.length} not as written`;
  if (logs.faulty.length === 0) {
    report.info(told);
    return;
  }
  report.warn(`${told}: ${logs.faulty.join(', ')}`);
  const message = `${logs.faulty.length === 1 ? 'A repair log is' : `${logs.faulty.length} repair logs are`} not what was written.`;
  vscode.window.showWarningMessage(message, 'Show Log Output').then(
    (choice) => (choice === undefined ? undefined : vscode.commands.executeCommand('riff.showLog')),
    () => undefined,
  );
}
