import { open } from 'node:fs/promises';

/** Makes a rename in the folder durable. Systems that do not let folders be opened take care of it themselves. */
export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  if (folder === null) return;
  try {
    await folder.sync().catch(() => undefined);
  } finally {
    await folder.close();
  }
}
