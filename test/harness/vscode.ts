/** A VS Code of one's own: sandbox, server and browser together. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { root, toolsNode } from '../../scripts/bootstrap.mjs';
import { ensureChromium } from '../../scripts/chromium.ts';
import { ensureCodeServer } from '../../scripts/code-server.ts';
import { CHROMIUM_FLAGS } from './chromium-flags.ts';
import { makeSandbox } from './sandbox.ts';
import type { Files, Sandbox } from './sandbox.ts';
import { QUIET_SETTINGS, extensionsDir, startVscodeServer } from './vscode-server.ts';
import { KEYBINDINGS, Workbench } from './workbench.ts';

export type Settings = Readonly<Record<string, unknown>>;

export interface VscodeOptions {
  /** Files of the workspace. */
  readonly files?: Files;
  /** User settings, besides those that keep the window quiet. */
  readonly settings?: Settings;
  /** A packaged build to install; without it the checkout is loaded. */
  readonly vsix?: string;
  /** For `newSuitePage`, in which the checkout is an extension under development. */
  readonly suites?: boolean;
  /** Whether a folder must be trusted before its settings count; else each is. */
  readonly asksForTrust?: boolean;
}

export interface Vscode {
  readonly sandbox: Sandbox;
  /** Opens a window and waits until it can be used. @param address of another VS Code's window; default: one on the workspace */
  openWindow(address?: string): Promise<Workbench>;
  /** The user's settings that it was started with. */
  readonly settings: Settings;
  /** A page that runs a test suite in the extension host when it goes to `url`. */
  newSuitePage(module: string): Promise<{ readonly page: Page; readonly url: string }>;
  /** What extension hosts wrote to their logs so far. */
  extensionHostLog(): Promise<string>;
  /** Closes windows, server and browser, and removes the sandbox. */
  close(): Promise<void>;
}

/** The language of session files, and what a window is drawn with: a hundred more take a fifth of its start. */
const BUILT_IN = ['configuration-editing', 'json', 'markdown-basics', 'theme-defaults', 'theme-modern-icons', 'theme-seti'];

/** Nothing that moves under a test's hands. */
const TEST_SETTINGS = { 'workbench.reduceMotion': 'on', 'editor.cursorBlinking': 'solid', 'window.dialogStyle': 'custom' };

/** In every page: a scroll bar goes at once. To fade for nearly a second with each change of a list or an editor takes sixty frames a second. */
const STILL_SCROLL_BARS = `
  const still = new CSSStyleSheet();
  still.replaceSync('.monaco-scrollable-element > .scrollbar { transition: none !important; }');
  document.adoptedStyleSheets.push(still);`;

/** Starts all of it. The workspace is open in no window yet. */
export async function startVscode(options: VscodeOptions = {}): Promise<Vscode> {
  const executablePath = await ensureChromium();
  const sandbox = await makeSandbox(options.files ?? {});
  if (options.vsix !== undefined) await installVsix(options.vsix, sandbox);
  await writeKeybindings(sandbox);
  const settings = { ...QUIET_SETTINGS, ...TEST_SETTINGS, ...options.settings };
  const installed = options.vsix !== undefined || options.suites === true;
  const server = await startVscodeServer({
    serverDataDir: sandbox.serverDataDir,
    env: sandbox.env,
    ...(installed ? {} : { extension: root }),
    suites: options.suites === true,
    asksForTrust: options.asksForTrust === true,
    // A packaged build is tried in the VS Code that people have.
    ...(options.vsix === undefined ? { builtIn: BUILT_IN } : {}),
    settings,
  });
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  const newPage = async (viewport = { width: 1280, height: 800 }): Promise<Page> => {
    const page = await browser.newPage({ viewport });
    await page.addInitScript({ content: STILL_SCROLL_BARS });
    return page;
  };
  return {
    sandbox,
    settings,
    openWindow: async (address = server.windowUrl({ folder: sandbox.workspace })) => {
      // With browser storage of its own: a window that shares it brings back the editors of the one before, sometimes.
      const page = await newPage();
      await page.goto(address);
      const workbench = new Workbench(page);
      await workbench.untilReady();
      return workbench;
    },
    newSuitePage: async (module) => ({
      // Nobody looks at it.
      page: await newPage({ width: 640, height: 400 }),
      url: server.windowUrl({ folder: sandbox.workspace, suite: { extension: root, module } }),
    }),
    extensionHostLog: () => readLogs(path.join(sandbox.serverDataDir, 'data', 'logs'), 'remoteexthost.log'),
    close: async () => {
      await browser.close();
      await server.stop();
      await sandbox.remove();
    },
  };
}

async function writeKeybindings({ serverDataDir }: Sandbox): Promise<void> {
  const folder = path.join(serverDataDir, 'data', 'User');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'keybindings.json'), JSON.stringify(KEYBINDINGS));
}

async function installVsix(vsix: string, sandbox: Sandbox): Promise<void> {
  const { entry } = await ensureCodeServer();
  const args = [
    entry,
    '--extensions-dir',
    extensionsDir(sandbox.serverDataDir),
    '--user-data-dir',
    path.join(sandbox.serverDataDir, 'install'),
    '--install-extension',
    vsix,
  ];
  await promisify(execFile)(toolsNode(), args, { env: sandbox.env });
}

async function readLogs(folder: string, name: string): Promise<string> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const logs = files.filter((file) => path.basename(file) === name).sort();
  return (await Promise.all(logs.map((file) => readFile(path.join(folder, file), 'utf8')))).join('');
}
