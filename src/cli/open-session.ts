import type { Loaders } from '../core/loaders/loader.ts';
import { LOADERS } from '../core/loaders/loaders.ts';
import { NO_REPAIRS } from '../core/graph/repairs.ts';
import { SessionAnalysis } from '../core/session/session-analysis.ts';
import { filePorts } from '../files/file-analysis.ts';
import { SessionRefused } from '../operations/session/refusal.ts';
import type { PassedOver } from './passed-over.ts';
import { visible } from './text.ts';
import { reasonOf } from './transcripts.ts';

/**
 * Opens a transcript as it stands in its file.
 * @param path absolute
 * @param ports what is found beside it and cannot be read is told at the end of the run
 * @param loaders what it is judged by
 * @throws SessionRefused when it cannot be read at all; damaged and foreign files open
 */
export async function openSession(
  path: string,
  { passedOver }: { readonly passedOver: PassedOver },
  loaders: Loaders = LOADERS,
): Promise<SessionAnalysis> {
  try {
    return await SessionAnalysis.open(filePorts(path, passedOver.around), NO_REPAIRS, 'everywhere', loaders);
  } catch (error) {
    passedOver.leaveOut(path);
    throw new SessionRefused('unreadable', `${visible(path)} cannot be read: ${reasonOf(error)}`, null, { cause: error });
  }
}
