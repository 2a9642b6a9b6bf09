/** The VS Code of one end-to-end test file. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startVscode } from './vscode.ts';
import type { Vscode, VscodeOptions } from './vscode.ts';
import type { Workbench } from './workbench.ts';

/**
 * Starts VS Code before the tests of this file and closes it after them. Windows that a test opened are closed after it;
 * of a test that failed, test-results/ gets a picture of each.
 * @returns a function that gives the running VS Code, to be called inside tests
 */
export function useVscode(options: VscodeOptions | (() => Promise<VscodeOptions>)): () => Vscode {
  let running: Vscode | null = null;
  const windows = new Set<Workbench>();

  beforeAll(async () => {
    const vscode = await startVscode(typeof options === 'function' ? await options() : options);
    running = {
      ...vscode,
      openWindow: async (what) => {
        const window = await vscode.openWindow(what);
        windows.add(window);
        return window;
      },
    };
  });
  afterEach(async ({ task }) => {
    for (const window of windows) {
      if (task.result?.state === 'fail') await window.screenshot(`failed-${task.name}`);
      await window.close();
    }
    windows.clear();
  });
  afterAll(async () => {
    await running?.close();
  });

  return () => {
    if (running === null) throw new Error('VS Code runs inside tests only');
    return running;
  };
}
