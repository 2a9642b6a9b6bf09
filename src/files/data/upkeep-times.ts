import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { dataDirectoryError, ensurePrivateDirectory } from './data-directory.ts';
import { isMissing } from './service-discovery.ts';
import { readText } from '../regular-file.ts';

/** When upkeep of a store ran last; milliseconds since the epoch, 0: never. */
export interface UpkeepTimes {
  readonly ran: number;
  /** When every log was last checked. */
  readonly checkedAll: number;
}

const NEVER: UpkeepTimes = { ran: 0, checkedAll: 0 };
const Time = v.pipe(v.number(), v.minValue(0));
const FileSchema = v.record(v.string(), v.object({ ran: Time, checkedAll: Time }));

/** @param store see `storeName`; @throws StoreError `not_writable` */
export async function upkeepTimes(dataDir: string, store: string): Promise<UpkeepTimes> {
  return (await read(dataDir))[store] ?? NEVER;
}

/** Stores the times for all windows. If two windows write at once the later one wins, and some upkeep runs once more. */
export async function rememberUpkeep(dataDir: string, store: string, times: UpkeepTimes): Promise<void> {
  await ensurePrivateDirectory(dataDir);
  const draft = `${path(dataDir)}.${randomUUID()}.part`;
  try {
    await writeFile(draft, JSON.stringify({ ...(await read(dataDir)), [store]: times }), { mode: 0o600, flag: 'wx' });
    await rename(draft, path(dataDir));
  } catch (error) {
    await rm(draft, { force: true });
    throw dataDirectoryError(dataDir, error);
  }
}

async function read(dataDir: string): Promise<v.InferOutput<typeof FileSchema>> {
  const text = await readText(path(dataDir)).catch((error: unknown) => {
    if (isMissing(error)) return '{}';
    throw dataDirectoryError(dataDir, error);
  });
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), FileSchema), text);
  return parsed.success ? parsed.output : {};
}

function path(dataDir: string): string {
  return join(dataDir, 'upkeep.json');
}
