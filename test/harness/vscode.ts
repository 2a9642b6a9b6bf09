/** A VS Code of one's own: sandbox, server and browser together. */
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { root, toolsNode } from '../../scripts/bootstrap.mjs';
import { ensureChromium } from '../../scripts/chromium.ts';
import { ensureCodeServer } from '../../scripts/code-server.ts';
import { makeSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { startVscodeServer } from './vscode-server.ts';
import { Workbench } from './workbench.ts';

export interface VscodeOptions {
  /** Files of the workspace: path in it → content. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** User settings, besides those that keep the window quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A packaged build to install; without it the checkout is loaded as an extension under development. */
  readonly vsix?: string;
}

export interface Vscode {
  readonly sandbox: Sandbox;
  /** Opens a window on the workspace and waits until it can be used. */
  openWindow(options?: { readonly openFile?: string }): Promise<Workbench>;
  /** A page that runs a test suite in the extension host when it goes to `url`. */
  newSuitePage(suite: string): Promise<{ readonly page: Page; readonly url: string }>;
  /** What extension hosts wrote to their logs so far. */
  extensionHostLog(): Promise<string>;
  /** Closes windows, server and browser, and removes the sandbox. */
  close(): Promise<void>;
}

const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

/** Nothing that moves, asks, phones home or covers what a test looks at. */
export const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};
const TEST_SETTINGS = { 'workbench.reduceMotion': 'on', 'editor.cursorBlinking': 'solid', 'window.dialogStyle': 'custom' };

/** Starts all of it. The workspace is open in no window yet. */
export async function startVscode(options: VscodeOptions = {}): Promise<Vscode> {
  const executablePath = await ensureChromium();
  const sandbox = await makeSandbox(options.files ?? {});
  const extensionsDir = path.join(sandbox.serverDataDir, 'extensions');
  if (options.vsix !== undefined) await installVsix(options.vsix, extensionsDir, sandbox);
  const server = await startVscodeServer({
    serverDataDir: sandbox.serverDataDir,
    extensionsDir,
    env: sandbox.env,
    settings: { ...QUIET_SETTINGS, ...TEST_SETTINGS, ...options.settings },
  });
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const underTest = options.vsix === undefined ? { extension: root } : {};
  return {
    sandbox,
    openWindow: async ({ openFile } = {}) => {
      const page = await context.newPage();
      const file = openFile === undefined ? {} : { openFile: path.join(sandbox.workspace, openFile) };
      await page.goto(server.windowUrl({ folder: sandbox.workspace, ...underTest, ...file }));
      const workbench = new Workbench(page);
      await workbench.untilReady();
      return workbench;
    },
    newSuitePage: async (suite) => ({
      page: await context.newPage(),
      url: server.windowUrl({ folder: sandbox.workspace, extension: root, suite }),
    }),
    extensionHostLog: () => readLogs(path.join(sandbox.serverDataDir, 'data', 'logs'), 'remoteexthost.log'),
    close: async () => {
      await browser.close();
      await server.stop();
      await sandbox.remove();
    },
  };
}

async function installVsix(vsix: string, extensionsDir: string, sandbox: Sandbox): Promise<void> {
  const { entry } = await ensureCodeServer();
  const args = [entry, '--extensions-dir', extensionsDir, '--user-data-dir', path.join(sandbox.serverDataDir, 'install'), '--install-extension', vsix];
  await promisify(execFile)(toolsNode(), args, { env: sandbox.env });
}

async function readLogs(folder: string, name: string): Promise<string> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const logs = files.filter((file) => path.basename(file) === name).sort();
  return (await Promise.all(logs.map((file) => readFile(path.join(folder, file), 'utf8')))).join('');
}
