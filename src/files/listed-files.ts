import { readdir } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { answered, kindOf, READ_LIMITS, regularStats, UnreadableFile } from './regular-file.ts';

/** Told of what a folder lists and nobody reads: a folder that cannot be listed, a pipe, a link that leads nowhere. */
export type OnPassedOver = (path: string, error: unknown) => void;

/** A regular file of a folder, or a link to one. */
export interface ListedFile {
  readonly name: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Files that are looked at together. */
const TOGETHER = 32;

/**
 * The regular files of a folder whose names are wanted, and links to such files. A folder that is missing has none.
 * @param onPassedOver told of all else that has such a name, folders excepted
 */
export async function filesIn(folder: string, isWanted: (name: string) => boolean, onPassedOver: OnPassedOver): Promise<ListedFile[]> {
  const entries = await answered(readdir(folder, { withFileTypes: true }), READ_LIMITS.read).catch((error: unknown) => {
    if (!isMissing(error)) onPassedOver(folder, error);
    return [];
  });
  return lookedAt(
    entries.filter((entry) => isWanted(entry.name) && !entry.isDirectory()),
    onPassedOver,
  );
}

/** Like `filesIn`, with the folders below. Links to folders are not followed: they may lead back. */
export async function filesBelow(folder: string, isWanted: (name: string) => boolean, onPassedOver: OnPassedOver): Promise<ListedFile[]> {
  const entries = await answered(readdir(folder, { withFileTypes: true, recursive: true }), READ_LIMITS.read).catch((error: unknown) => {
    if (!isMissing(error)) onPassedOver(folder, error);
    return [];
  });
  return lookedAt(
    entries.filter((entry) => isWanted(entry.name) && !entry.isDirectory()),
    onPassedOver,
  );
}

/** Whether an entry may be a regular file; some file systems do not say before it is looked at. */
export function mayBeFile(entry: Dirent): boolean {
  return entry.isFile() || entry.isSymbolicLink() || kindOf(entry) === 'not a file';
}

/** What `mayBeFile` is not. */
export function notAFile(entry: Dirent): UnreadableFile {
  return new UnreadableFile('not-a-file', `it is ${kindOf(entry)}.`);
}

async function lookedAt(entries: readonly Dirent[], onPassedOver: OnPassedOver): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  const look = async (entry: Dirent): Promise<void> => {
    const path = join(entry.parentPath, entry.name);
    try {
      if (!mayBeFile(entry)) throw notAFile(entry);
      files.push({ name: entry.name, path, modified: (await regularStats(path)).mtimeMs });
    } catch (error) {
      // It was taken away meanwhile.
      if (!(isMissing(error) && entry.isFile())) onPassedOver(path, error);
    }
  };
  const plain = entries.filter((entry) => !entry.isSymbolicLink());
  for (let from = 0; from < plain.length; from += TOGETHER) await Promise.all(plain.slice(from, from + TOGETHER).map(look));
  // One after the other: each that leads to a file system without an answer blocks one of the few threads that ask.
  for (const link of entries.filter((entry) => entry.isSymbolicLink())) await look(link);
  return files;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
