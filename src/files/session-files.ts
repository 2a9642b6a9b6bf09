import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FORMATS } from '../core/formats/formats.ts';
import { isAgentFile, isTranscript, layoutOf } from './transcript-names.ts';

/** Folders that hold no sessions, but what belongs to one. */
const AGENT_FOLDERS = new Set(FORMATS.map(({ files }) => files.agentFolder));

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
      if (!AGENT_FOLDERS.has(entry.name)) await collect(path, found, onUnreadable);
      continue;
    }
    const layout = layoutOf(path);
    if (isTranscript(path, layout) && !isAgentFile(path, layout) && (entry.isFile() || entry.isSymbolicLink())) found.push(path);
  }
}
