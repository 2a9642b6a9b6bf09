import { rowText, type Picture } from './picture.ts';

/** The graph in the language of Graphviz. */
export function dotText({ title, rows }: Picture): string {
  const lines = [
    'digraph session {',
    `  label="${quoted(title)}"; labelloc=t; rankdir=TB;`,
    '  node [shape=box, style=rounded, fontname="sans-serif", fontsize=10];',
  ];
  for (const row of rows) {
    const look =
      row.parentRow === -2
        ? ', color="#cf222e", style="rounded,dashed"'
        : row.onResumeChain
          ? ', color="#0969da", penwidth=2'
          : ', color="#8c959f"';
    const shape = row.kind === 'prompt' ? ', shape=oval' : row.kind === 'boundary' ? ', shape=hexagon' : '';
    lines.push(`  n${row.row} [label="${quoted(rowText(row))}"${shape}${look}];`);
  }
  for (const { row, parentRow, suggestedRow, chainAbove } of rows) {
    if (parentRow >= 0) lines.push(`  n${parentRow} -> n${row}${chainAbove ? ' [color="#0969da", penwidth=2]' : ''};`);
    else if (suggestedRow !== null && rows[suggestedRow] !== undefined)
      lines.push(`  n${suggestedRow} -> n${row} [style=dashed, color="#cf222e", label="suggested"];`);
  }
  return `${lines.join('\n')}\n}\n`;
}

/** Graphviz reads backslashes and entities in quoted text. */
function quoted(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
