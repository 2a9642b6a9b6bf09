/** A desktop VS Code: the one of the machine, or one that \@vscode/test-electron downloads. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { SilentReporter, TestRunFailedError, downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import type { Sandbox } from '../test/harness/sandbox.ts';
import { Failure, findOnPath, root, say } from './bootstrap.mjs';
import { cacheDirectory } from './dependency-cache.mjs';

const DOWNLOAD_TIMEOUT_MS = 15_000;

/** Whether a window of this process would be seen. */
export function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY);
}

/** The machine's `code` command; null when there is none that opens a window on this machine. */
export function installedDesktop(): string | null {
  // Inside a remote terminal `code` talks to the window that shows the terminal, and in WSL to the one of Windows.
  if (process.env.VSCODE_IPC_HOOK_CLI !== undefined) return null;
  const command = findOnPath('code');
  return command === null || command.startsWith('/mnt/') ? null : command;
}

/**
 * Downloads the newest desktop VS Code into the cache folder, unless it is there.
 * @returns its executable
 * @throws Failure when it cannot be downloaded
 */
export async function downloadDesktop(): Promise<string> {
  const cachePath = path.join(cacheDirectory(), 'vscode-desktop');
  await mkdir(cachePath, { recursive: true });
  try {
    return await downloadAndUnzipVSCode({ cachePath, version: 'stable', timeout: DOWNLOAD_TIMEOUT_MS, reporter: new SilentReporter() });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new Failure(
      `The desktop VS Code cannot be downloaded (${reason}). Allow access to update.code.visualstudio.com, or run the same tests with: npm test -- host`,
    );
  }
}

/**
 * What the desktop VS Code is started with, besides what it opens: a profile of its own, and quiet.
 * @param profile folder of settings, state and extensions
 */
export function desktopArguments(profile: string): string[] {
  const isRoot = process.getuid?.() === 0;
  return [
    ...['--user-data-dir', path.join(profile, 'user'), '--extensions-dir', path.join(profile, 'extensions')],
    ...['--disable-workspace-trust', '--skip-welcome', '--skip-release-notes', '--disable-telemetry'],
    ...(isRoot && process.platform === 'linux' ? ['--no-sandbox'] : []),
  ];
}

/**
 * Runs a test suite in the extension host of a desktop VS Code.
 * @param suite module with the suite's `run()`
 * @returns what went wrong outside the tests, or null
 */
export async function runInDesktop(suite: string, sandbox: Sandbox): Promise<string | null> {
  const vscodeExecutablePath = await downloadDesktop();
  say(`Running in ${vscodeExecutablePath}`);
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: suite,
      extensionTestsEnv: sandbox.env,
      launchArgs: [sandbox.workspace, ...desktopArguments(sandbox.serverDataDir), '--disable-gpu'],
    });
    return null;
  } catch (error) {
    if (error instanceof TestRunFailedError) return error.message;
    throw error;
  }
}
