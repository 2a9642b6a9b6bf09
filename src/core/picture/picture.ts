import type { ArrangementChoice } from '../arrangement/arrangement.ts';
import type { GraphRow } from '../session/analysis-types.ts';
import type { SessionModel } from '../session/model.ts';

/** How a graph is written: as a picture, or as text that other programs draw. */
export const PICTURE_FORMATS = ['svg', 'mermaid', 'dot'] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** The usual ending of a file of each format, without the dot. */
export const PICTURE_ENDINGS: Readonly<Record<PictureFormat, string>> = { svg: 'svg', mermaid: 'mmd', dot: 'dot' };

/** What of a session is drawn: the prompts alone; messages, with runs of tools and sidechains folded; or each record. */
export const PICTURE_DETAILS = ['prompts', 'messages', 'whole'] as const;
export type PictureDetail = (typeof PICTURE_DETAILS)[number];

/** A graph to be drawn: its rows from the top, and what it is called. */
export interface Picture {
  readonly title: string;
  readonly rows: readonly GraphRow[];
}

const VIEW = 'picture';
const BATCH_ROWS = 2000;
const CHOICES: Readonly<Record<PictureDetail, ArrangementChoice>> = {
  prompts: { filter: 'prompts', folded: { message: true, run: true, sidechain: true }, except: [] },
  messages: { filter: 'all', folded: { message: true, run: true, sidechain: true }, except: [] },
  whole: { filter: 'all', folded: { message: false, run: false, sidechain: false }, except: [] },
};

/** Gathers what is drawn of a session. */
export async function pictureOf(model: SessionModel, detail: PictureDetail): Promise<Picture> {
  const { sessionId } = await model.summary();
  const size = await model.arrange(VIEW, CHOICES[detail]);
  try {
    const rows: GraphRow[] = [];
    while (rows.length < size.rows) {
      const more = await model.graphRows(VIEW, rows.length, BATCH_ROWS);
      if (more.length === 0) break;
      rows.push(...more);
    }
    return { title: `Session ${shown(sessionId)}`, rows };
  } finally {
    await model.closeView(VIEW);
  }
}

/** Longest label of a row, in characters. */
const LABEL_LENGTH = 72;

/** What is written beside a row: its time, what it is, and its first words. */
export function rowText(row: GraphRow): string {
  const time = row.timestamp === null ? '' : row.timestamp.slice(11, 16);
  const tools = row.tools.slice(0, 3).join(', ');
  const words = [time, row.label, tools === '' ? '' : `(${tools})`, row.text].filter((part) => part !== '').join(' ');
  const text = shown(words);
  return text.length <= LABEL_LENGTH ? text : `${text.slice(0, LABEL_LENGTH).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}

/** Text on one line without what would act unseen: controls, marks of direction, halves of characters. */
export function shown(text: string): string {
  return text
    .slice(0, 1000)
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}
