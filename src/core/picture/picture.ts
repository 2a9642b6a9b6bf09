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
  readonly rows: readonly PictureRow[];
}

/** One row of a picture. */
export interface PictureRow {
  /** 0-based place from the top. */
  readonly row: number;
  /** `prompt` and `boundary` (of a compaction) have shapes of their own. */
  readonly kind: string;
  /** What a person would call the record. */
  readonly label: string;
  /** First words of its text, untrusted. */
  readonly text: string;
  readonly tools: readonly string[];
  /** ISO 8601 or null. */
  readonly timestamp: string | null;
  readonly lane: number;
  /** Lanes that pass through this row. */
  readonly passing: readonly number[];
  /** Row of the parent; -1 for a root, -2 where the parent is missing. */
  readonly parentRow: number;
  /** Row of the parent that a repair would give it; null where there is none. */
  readonly suggestedRow: number | null;
  readonly onResumeChain: boolean;
  /** Whether a resume loads both this record and its parent. */
  readonly chainAbove: boolean;
}

/** Longest label of a row, in characters. */
const LABEL_LENGTH = 72;

/** What is written beside a row: its time, what it is, and its first words. */
export function rowText(row: PictureRow): string {
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
