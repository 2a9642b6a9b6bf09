/** The VS Code of one end-to-end test file. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startVscode } from './vscode.ts';
import type { Vscode, VscodeOptions } from './vscode.ts';
import type { Workbench } from './workbench.ts';

export interface TestVscode extends Vscode {
  /** The window that the tests of this file share: opened with its first use, and anew after a test that failed. */
  window(): Promise<Workbench>;
}

/**
 * Starts VS Code before the tests of this file and closes it after them. Windows that a test opened are closed after it;
 * of a test that failed, test-results/ gets a picture of each.
 * @returns a function that gives the running VS Code, to be called inside tests
 */
export function useVscode(options: VscodeOptions | (() => Promise<VscodeOptions>)): () => TestVscode {
  let running: TestVscode | null = null;
  let shared: Workbench | null = null;
  const ofOneTest = new Set<Workbench>();

  beforeAll(async () => {
    const vscode = await startVscode(typeof options === 'function' ? await options() : options);
    running = {
      ...vscode,
      openWindow: async () => {
        const window = await vscode.openWindow();
        ofOneTest.add(window);
        return window;
      },
      window: async () => (shared ??= await vscode.openWindow()),
    };
  });
  afterEach(async ({ task }) => {
    const failed = task.result?.state === 'fail';
    if (failed && shared !== null) {
      ofOneTest.add(shared);
      shared = null;
    }
    for (const window of ofOneTest) {
      if (failed) await window.screenshot(`failed-${task.name}`);
      await window.close();
    }
    ofOneTest.clear();
  });
  afterAll(async () => {
    await running?.close();
  });

  return () => {
    if (running === null) throw new Error('VS Code runs inside tests only');
    return running;
  };
}
