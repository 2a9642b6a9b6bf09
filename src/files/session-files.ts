import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LAYOUTS } from '../core/formats/layouts.ts';
import { mayBeFile, notAFile, type OnPassedOver } from './listed-files.ts';
import { answered, READ_LIMITS } from './regular-file.ts';
import { isAgentFile, isTranscript, layoutOf } from './transcript-names.ts';

/** Folders that hold no sessions, but what belongs to one. */
const AGENT_FOLDERS = new Set(LAYOUTS.map(({ agentFolder }) => agentFolder));

/**
 * Files below a folder that are named as sessions are, by path. Agent files belong to their session and are left out; links to
 * folders are not followed: they may lead back.
 * @param folder absolute path
 * @param onUnreadable told of folders that cannot be listed, and of what has such a name and is no file (UnreadableFile)
 */
export async function sessionsBelow(folder: string, onUnreadable: OnPassedOver): Promise<string[]> {
  const found: string[] = [];
  await collect(folder, found, onUnreadable);
  return found.sort();
}

async function collect(folder: string, found: string[], onUnreadable: OnPassedOver): Promise<void> {
  const entries = await answered(readdir(folder, { withFileTypes: true }), READ_LIMITS.read).catch((error: unknown) => {
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
    if (!isTranscript(path, layout) || isAgentFile(path, layout)) continue;
    if (mayBeFile(entry)) found.push(path);
    else onUnreadable(path, notAFile(entry));
  }
}
