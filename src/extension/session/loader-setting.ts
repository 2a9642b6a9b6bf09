import * as vscode from 'vscode';
import type { LoaderId } from '../../core/loaders/loader.ts';

const SETTING = 'riff.loader';
const AUTOMATIC = 'automatic';

/** The program that the user of this window resumes with, by the setting `riff.loader`. */
export interface LoaderSetting extends vscode.Disposable {
  /** Null: each file decides. */
  readonly current: LoaderId | null;
  readonly onDidChange: vscode.Event<LoaderId | null>;
}

/** Reads the setting and follows it. What is no loader counts as none, where sessions are judged. */
export function loaderSetting(): LoaderSetting {
  const read = (): LoaderId | null => {
    const value = vscode.workspace.getConfiguration().get<unknown>(SETTING, AUTOMATIC);
    return typeof value === 'string' && value !== AUTOMATIC ? value : null;
  };
  let current = read();
  const changed = new vscode.EventEmitter<LoaderId | null>();
  const follow = vscode.workspace.onDidChangeConfiguration((change) => {
    if (!change.affectsConfiguration(SETTING)) return;
    current = read();
    changed.fire(current);
  });
  return {
    get current() {
      return current;
    },
    onDidChange: changed.event,
    dispose: () => {
      follow.dispose();
      changed.dispose();
    },
  };
}
