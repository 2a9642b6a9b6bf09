import { open } from 'node:fs/promises';

/** Makes a rename in the folder last. Not every system lets a folder be opened; there it is left to the system. */
export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  if (folder === null) return;
  try {
    await folder.sync().catch(() => undefined);
  } finally {
    await folder.close();
  }
}
