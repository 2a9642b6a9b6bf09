import { stat } from 'node:fs/promises';
import type { Loaders } from '../core/loaders/loader.ts';
import { LOADERS } from '../core/loaders/loaders.ts';
import { NO_REPAIRS } from '../core/graph/repairs.ts';
import { SessionAnalysis } from '../core/session/session-analysis.ts';
import { filePorts } from '../files/file-analysis.ts';
import { SessionRefused } from '../operations/session/refusal.ts';
import { visible } from './text.ts';
import { reasonOf } from './transcripts.ts';

/**
 * Opens a transcript as it stands in its file.
 * @param path absolute
 * @param loaders what it is judged by
 * @throws SessionRefused when it cannot be read at all; damaged and foreign files open
 */
export async function openSession(path: string, loaders: Loaders = LOADERS): Promise<SessionAnalysis> {
  try {
    // Reading a pipe or a device would never end.
    if (!(await stat(path)).isFile()) throw new SessionRefused('unreadable', `${visible(path)} cannot be read: it is not a file.`);
    return await SessionAnalysis.open(filePorts(path), NO_REPAIRS, 'everywhere', loaders);
  } catch (error) {
    if (error instanceof SessionRefused) throw error;
    throw new SessionRefused('unreadable', `${visible(path)} cannot be read: ${reasonOf(error)}`, null, { cause: error });
  }
}
