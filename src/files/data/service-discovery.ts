import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { dataDirectoryError } from './data-directory.ts';
import { readText } from '../regular-file.ts';

/** How a client finds the running service of a data directory. */
export interface ServiceDiscovery {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Password of the database user; whoever can read the file may append. */
  readonly secret: string;
  readonly pid: number;
  /** Version of Riff that started it. */
  readonly version: string;
  /** Number of the newest migration that it applied. */
  readonly schema: number;
  /** ISO 8601. */
  readonly startedAt: string;
}

const DiscoverySchema = v.object({
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  secret: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  version: v.string(),
  schema: v.pipe(v.number(), v.integer()),
  startedAt: v.string(),
});

export function discoveryPath(dataDir: string): string {
  return join(dataDir, 'service.json');
}

/**
 * @returns null when there is no such file or it is not valid: half-written and foreign files count as absent
 * @throws StoreError `not_writable` when the file exists but cannot be read, or the directory is not one
 */
export async function readDiscovery(dataDir: string): Promise<ServiceDiscovery | null> {
  let text: string;
  try {
    text = await readText(discoveryPath(dataDir));
  } catch (error) {
    if (isMissing(error)) return null;
    throw dataDirectoryError(dataDir, error);
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), DiscoverySchema), text);
  return parsed.success ? parsed.output : null;
}

/** Writes the file completely or not at all, readable by the user alone. */
export async function writeDiscovery(dataDir: string, discovery: ServiceDiscovery): Promise<void> {
  const path = discoveryPath(dataDir);
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, `${JSON.stringify(discovery)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Removes the file if it still belongs to this process. */
export async function removeDiscovery(dataDir: string, pid: number): Promise<void> {
  const current = await readDiscovery(dataDir);
  if (current?.pid === pid) await rm(discoveryPath(dataDir), { force: true });
}

/** Whether a process with this id runs; it may be another one that reuses the id. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
