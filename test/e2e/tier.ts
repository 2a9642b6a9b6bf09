/** One VS Code, with one window, for all files of this tier: to open it takes longer than most tests. */
import path from 'node:path';
import { afterAll, afterEach, test } from 'vitest';
import { writeFiles } from '../harness/sandbox.ts';
import type { Files } from '../harness/sandbox.ts';
import { forTests } from '../harness/use-vscode.ts';
import type { TestVscode } from '../harness/use-vscode.ts';
import { startVscode } from '../harness/vscode.ts';
import type { VscodeOptions } from '../harness/vscode.ts';

const OPTIONS: VscodeOptions = {
  asksForTrust: true,
  // Nothing asks of its own whether the folder is to be trusted, and what was asked for stands beside the editors.
  settings: { 'security.workspace.trust.startupPrompt': 'never', 'workbench.editor.useModal': 'off' },
};

export const it = test
  .extend('options', { scope: 'worker' }, () => OPTIONS)
  .extend('vscode', { scope: 'worker' }, async ({ options }, { onCleanup }) => {
    const vscode = await startVscode(options);
    onCleanup(() => vscode.close());
    return vscode;
  })
  .extend('shared', { scope: 'worker' }, ({ vscode }) => forTests(vscode));

export interface SharedVscode extends TestVscode {
  /** What a test file has of the workspace. */
  readonly folder: string;
}

/**
 * Puts files into the workspace before the tests of this file, and leaves the window as it was opened after them.
 * The log is shared, too: sessions whose log a file reads or writes have ids of their own.
 * @param name of their folder in the workspace
 * @returns a function that gives the running VS Code, to be called inside tests
 */
export function useSharedVscode(name: string, files: Files): () => SharedVscode {
  let running: SharedVscode | null = null;
  it.beforeAll(async ({ shared }) => {
    running = { ...shared, folder: path.join(shared.sandbox.workspace, name) };
    await writeFiles(running.folder, files);
  });
  afterEach(({ task }) => running?.afterTest(task));
  afterAll(async () => {
    await (await running?.window())?.tidyUp();
  });
  return () => {
    if (running === null) throw new Error('VS Code runs inside tests only');
    return running;
  };
}
