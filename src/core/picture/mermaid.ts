import { grouped } from '../count-text.ts';
import { rowText, type Picture } from './picture.ts';

/** What renderers take unless they are told otherwise (Mermaid's maxEdges and maxTextSize). */
const MOST_EDGES = 500;
const MOST_CHARACTERS = 50_000;

/** The graph as a Mermaid flowchart. */
export function mermaidText({ title, rows }: Picture): string {
  const lines = [`%% ${quoted(title)}`, 'flowchart TB'];
  for (const row of rows) {
    const [open, close] = row.kind === 'prompt' ? ['([', '])'] : row.kind === 'boundary' ? ['{{', '}}'] : ['[', ']'];
    lines.push(`  n${row.row}${open}"${quoted(rowText(row))}"${close}${className(row)}`);
  }
  for (const { row, parentRow, suggestedRow } of rows) {
    if (parentRow >= 0) lines.push(`  n${parentRow} --> n${row}`);
    else if (suggestedRow !== null && rows[suggestedRow] !== undefined) lines.push(`  n${suggestedRow} -.->|suggested| n${row}`);
  }
  lines.push(
    '  classDef loaded stroke:#0969da,stroke-width:2px',
    '  classDef orphan stroke:#cf222e,stroke-width:2px,stroke-dasharray:4 3',
    '  classDef other stroke:#8c959f',
  );
  return `${lines.join('\n')}\n`;
}

/** Why a renderer may refuse the text; null where it should not. */
export function mermaidWarning({ rows }: Picture, text: string): string | null {
  if (rows.length <= MOST_EDGES && text.length <= MOST_CHARACTERS) return null;
  return `Most renderers refuse Mermaid text of more than ${MOST_EDGES} links or ${grouped(MOST_CHARACTERS)} characters; this has ${grouped(rows.length)} and ${grouped(text.length)}.`;
}

function className({ parentRow, onResumeChain }: Picture['rows'][number]): string {
  return parentRow === -2 ? ':::orphan' : onResumeChain ? ':::loaded' : ':::other';
}

/** All but letters, digits and plain punctuation by number: nothing ends the label, or is markup in it. */
function quoted(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N} .,:_/()+=…-]/gu, (character) => `#${character.codePointAt(0)};`);
}
