import { grouped } from '../count-text.ts';
import { dotText } from './dot.ts';
import { mermaidText, mermaidWarning } from './mermaid.ts';
import type { Picture, PictureFormat } from './picture.ts';
import { svgText } from './svg.ts';

/** Rows above which a picture is more than most viewers show. */
const MOST_DRAWN = 5000;

export interface Drawing {
  readonly text: string;
  /** What the user should know before using it; null for nothing. */
  readonly warning: string | null;
}

/** Writes a graph in one of the formats. */
export function draw(picture: Picture, format: PictureFormat): Drawing {
  const text = { svg: svgText, mermaid: mermaidText, dot: dotText }[format](picture);
  if (format === 'mermaid') return { text, warning: mermaidWarning(picture, text) };
  const rows = picture.rows.length;
  const warning = rows > MOST_DRAWN ? `The graph has ${grouped(rows)} rows: most viewers are slow with that many.` : null;
  return { text, warning };
}
