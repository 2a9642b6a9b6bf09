/**
 * The one place that opens files for reading. What a folder lists may be anything: only regular files are opened, because reading
 * a pipe or a device may never end. A link counts as what it leads to. No call waits for ever for a file system that has gone away.
 */
import { constants, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';

/** How long the system may take, in milliseconds. */
export interface ReadLimits {
  /** To look at a file and to open it. */
  readonly open: number;
  /** For each piece that is read. */
  readonly read: number;
}

export const READ_LIMITS: ReadLimits = { open: 10_000, read: 60_000 };

/** Bytes of a file that is read at once. All that Riff keeps in one piece is far smaller. */
const LARGEST_TEXT = 256 * 1024 * 1024;

export type UnreadableCode = 'not-a-file' | 'no-answer' | 'too-large';

/** Why a file is not read, besides the errors of the system. Its message continues "… cannot be read:". */
export class UnreadableFile extends Error {
  readonly code: UnreadableCode;

  constructor(code: UnreadableCode, message: string) {
    super(message);
    this.name = 'UnreadableFile';
    this.code = code;
  }
}

let unanswered = 0;

/** Calls to the system that were given up and are still under way. They keep the process from ending by itself. */
export function unansweredCalls(): number {
  return unanswered;
}

/**
 * Opens a regular file for reading, or what a link to one leads to.
 * @throws UnreadableFile `not-a-file`, `no-answer`; the system's error when it is missing, denied, or links lead in a circle
 */
export async function openRegular(path: string, limits: ReadLimits = READ_LIMITS): Promise<FileHandle> {
  await regularStats(path, limits);
  // It may have become a pipe since: without this flag, which Windows does not have, opening one waits for a writer.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const file = await answered(open(path, flags), limits.open, (late) => void late.close().catch(() => undefined));
  try {
    refuseOthers(await answered(file.stat(), limits.open));
    return file;
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}

/**
 * What is known of a regular file without opening it. A link counts as what it leads to.
 * @throws like `openRegular`
 */
export async function regularStats(path: string, limits: ReadLimits = READ_LIMITS): Promise<Stats> {
  const stats = await answered(stat(path), limits.open);
  refuseOthers(stats);
  return stats;
}

/**
 * Reads a whole file.
 * @param most bytes; a larger one is refused
 * @throws like `openRegular`; UnreadableFile `too-large`
 */
export async function readText(path: string, most: number = LARGEST_TEXT): Promise<string> {
  const file = await openRegular(path);
  try {
    if ((await file.stat()).size > most) throw new UnreadableFile('too-large', `it is larger than ${Math.round(most / 1024 / 1024)} MB.`);
    return await answered(file.readFile('utf8'), READ_LIMITS.read);
  } finally {
    await file.close().catch(() => undefined);
  }
}

/**
 * Waits for the system, but not for ever.
 * @param limit milliseconds
 * @param onLate takes what arrives after the limit
 * @throws UnreadableFile `no-answer`
 */
export async function answered<T>(call: Promise<T>, limit: number, onLate: (late: T) => void = () => undefined): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      unanswered++;
      call.then(onLate, () => undefined).finally(() => unanswered--);
      reject(new UnreadableFile('no-answer', `the file system did not answer within ${Math.round(limit / 1000)} s.`));
    }, limit);
  });
  try {
    return await Promise.race([call, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function refuseOthers(stats: Stats): void {
  if (!stats.isFile()) throw new UnreadableFile('not-a-file', `it is ${kindOf(stats)}.`);
}

/** What something is that is no regular file. */
export function kindOf(entry: Pick<Stats, 'isDirectory' | 'isFIFO' | 'isSocket' | 'isCharacterDevice' | 'isBlockDevice'>): string {
  if (entry.isDirectory()) return 'a directory';
  if (entry.isFIFO()) return 'a pipe';
  if (entry.isSocket()) return 'a socket';
  return entry.isCharacterDevice() || entry.isBlockDevice() ? 'a device' : 'not a file';
}

/** Why a file could not be read, in words that continue "… cannot be read:". Untrusted where it is the system's own message. */
export function whyUnreadable(error: unknown): string {
  if (error instanceof UnreadableFile) return error.message;
  switch (error instanceof Error && 'code' in error ? error.code : null) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied.';
    case 'EISDIR':
      return 'it is a directory.';
    case 'ENOENT':
      return 'it is not there.';
    case 'ELOOP':
      return 'its links lead in a circle.';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
