import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';

/** How often an open session's size is looked at, besides the watcher: network folders send no events. */
const POLL_MS = 2_000;
/** A client writes several records at once: they are read together. */
const SETTLE_MS = 150;

interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly inode: number;
}

/**
 * Calls back after the file's size, time or identity changed and it has been quiet for a moment. A file that vanished is
 * no change: what was read of it stays.
 * @param path absolute path
 */
export function watchFile(path: string, onChange: () => void): vscode.Disposable {
  let known: Stamp | null = null;
  let settling: NodeJS.Timeout | null = null;
  let isDisposed = false;

  const look = async (): Promise<void> => {
    const stamp = await stampOf(path);
    if (isDisposed || stamp === null) return;
    const changed = known !== null && !same(stamp, known);
    known = stamp;
    if (!changed) return;
    if (settling !== null) clearTimeout(settling);
    settling = setTimeout(onChange, SETTLE_MS);
  };
  const start = (): void => void look();
  const watcher = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.file(dirname(path)), escapeGlob(basename(path))),
  );
  const poll = setInterval(start, POLL_MS);
  start();
  return vscode.Disposable.from(watcher, watcher.onDidChange(start), watcher.onDidCreate(start), {
    dispose: () => {
      isDisposed = true;
      clearInterval(poll);
      if (settling !== null) clearTimeout(settling);
    },
  });
}

/** Null when the file cannot be looked at now. */
async function stampOf(path: string): Promise<Stamp | null> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return { size, mtimeMs, inode: ino };
  } catch {
    return null;
  }
}

function same(a: Stamp, b: Stamp): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.inode === b.inode;
}

function escapeGlob(name: string): string {
  return name.replaceAll(/[*?[\]{}]/g, '[$&]');
}
