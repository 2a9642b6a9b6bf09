import type { ArrangementChoice } from '../../arrangement/arrangement.ts';
import { shown, type Picture, type PictureDetail, type PictureRow } from '../../picture/picture.ts';
import type { SessionGraph } from './session-graph.ts';

const VIEW = 'picture';
const BATCH_ROWS = 2000;
const CHOICES: Readonly<Record<PictureDetail, ArrangementChoice>> = {
  prompts: { filter: 'prompts', folded: { message: true, run: true, sidechain: true }, except: [] },
  messages: { filter: 'all', folded: { message: true, run: true, sidechain: true }, except: [] },
  whole: { filter: 'all', folded: { message: false, run: false, sidechain: false }, except: [] },
};

/** Gathers what is drawn of a session. */
export async function pictureOf(
  graph: Pick<SessionGraph, 'arrange' | 'rows' | 'closeView'>,
  sessionId: string,
  detail: PictureDetail,
): Promise<Picture> {
  const size = await graph.arrange(VIEW, CHOICES[detail]);
  try {
    const rows: PictureRow[] = [];
    while (rows.length < size.rows) {
      const more = await graph.rows(VIEW, rows.length, BATCH_ROWS);
      if (more.length === 0) break;
      rows.push(...more);
    }
    return { title: `Session ${shown(sessionId)}`, rows };
  } finally {
    await graph.closeView(VIEW);
  }
}
