import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAgentFile } from './sibling-files.ts';

/**
 * Files below a folder that are named as sessions are, by path. Agent files belong to their session and are left out; links to
 * folders are not followed: they may lead back.
 * @param folder absolute path
 * @param onUnreadable told of folders that are passed over
 */
export async function sessionsBelow(folder: string, onUnreadable: (folder: string, error: unknown) => void): Promise<string[]> {
  const found: string[] = [];
  await collect(folder, found, onUnreadable);
  return found.sort();
}

async function collect(folder: string, found: string[], onUnreadable: (folder: string, error: unknown) => void): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    onUnreadable(folder, error);
    return [];
  });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'subagents') await collect(path, found, onUnreadable);
    } else if (entry.name.endsWith('.jsonl') && !isAgentFile(path) && (entry.isFile() || entry.isSymbolicLink())) {
      found.push(path);
    }
  }
}
