import type { Drawing } from '../../core/picture/draw.ts';
import type { PictureDetail, PictureFormat } from '../../core/picture/picture.ts';
import type { SessionModel } from '../../core/session/model.ts';
import { refuseForeignFile } from './refusal.ts';

export interface DrawInput {
  readonly format: PictureFormat;
  /** What is drawn of the session. */
  readonly detail: PictureDetail;
}

/**
 * The graph of a session, with what is laid over it, in a format that other programs show.
 * @throws SessionRefused for a file that is no session
 */
export async function drawGraph({ format, detail }: DrawInput, session: Pick<SessionModel, 'judgement' | 'graph'>): Promise<Drawing> {
  await refuseForeignFile(session);
  return session.graph.drawing(detail, format);
}
