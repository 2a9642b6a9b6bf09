/** The VS Code of one end-to-end test file. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startVscode } from './vscode.ts';
import type { Vscode, VscodeOptions } from './vscode.ts';
import type { Workbench } from './workbench.ts';

export interface TestVscode extends Vscode {
  /** The window that tests share: opened with its first use, and anew after a test that failed. */
  window(): Promise<Workbench>;
  /** Closes the windows that the test opened; of one that failed, test-results/ gets a picture of each. */
  afterTest(task: Task): Promise<void>;
}

/** As much of vitest's account of a test as is read here. */
interface Task {
  readonly name: string;
  readonly result?: { readonly state: string };
}

export function forTests(vscode: Vscode): TestVscode {
  let shared: Workbench | null = null;
  const ofOneTest = new Set<Workbench>();
  return {
    ...vscode,
    openWindow: async (address) => {
      const window = await vscode.openWindow(address);
      ofOneTest.add(window);
      return window;
    },
    window: async () => (shared ??= await vscode.openWindow()),
    afterTest: async (task) => {
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
    },
  };
}

/**
 * Starts VS Code before the tests of this file and closes it after them.
 * @returns a function that gives the running VS Code, to be called inside tests
 */
export function useVscode(options: VscodeOptions): () => TestVscode {
  let running: TestVscode | null = null;
  beforeAll(async () => {
    running = forTests(await startVscode(options));
  });
  afterEach(({ task }) => running?.afterTest(task));
  afterAll(() => running?.close());
  return () => {
    if (running === null) throw new Error('VS Code runs inside tests only');
    return running;
  };
}
