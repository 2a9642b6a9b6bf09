import { rowText, type Picture, type PictureRow } from './picture.ts';

const ROW = 22;
const LANE = 12;
const LEFT = 16;
const TOP = 44;
/** Lanes beyond share the last place. */
const MOST_LANES = 24;
const TEXT_WIDTH = 560;
const CHAIN = '#0969da';
const QUIET = '#8c959f';
const BROKEN = '#cf222e';

/** The graph as a picture that stands alone: no scripts, no links, nothing is fetched. */
export function svgText({ title, rows }: Picture): string {
  const lanes = rows.reduce((most, { lane, passing }) => passing.reduce((a, b) => Math.max(a, b + 1), Math.max(most, lane + 1)), 1);
  const textAt = laneX(lanes) + 18;
  const height = TOP + rows.length * ROW + 12;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${textAt + TEXT_WIDTH}" height="${height}" viewBox="0 0 ${textAt + TEXT_WIDTH} ${height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<text x="${LEFT}" y="26" font-size="14" font-weight="bold" fill="#1f2328">${escaped(title)}</text>`,
  ];
  for (const row of rows) parts.push(...edges(row, rows));
  for (const row of rows) parts.push(node(row), label(row, textAt));
  parts.push('</svg>');
  return `${parts.join('\n')}\n`;
}

function laneX(lane: number): number {
  return LEFT + Math.min(lane, MOST_LANES) * LANE;
}

function rowY(row: number): number {
  return TOP + row * ROW + ROW / 2;
}

function edges(row: PictureRow, rows: readonly PictureRow[]): string[] {
  const parent = rows[row.parentRow];
  if (parent !== undefined) return [edge(parent, row, row.chainAbove ? `stroke="${CHAIN}" stroke-width="2"` : `stroke="${QUIET}"`)];
  const suggested = row.suggestedRow === null ? undefined : rows[row.suggestedRow];
  return suggested === undefined ? [] : [edge(suggested, row, `stroke="${BROKEN}" stroke-dasharray="3 3"`)];
}

/** Down the child's lane, from a bend below the parent. */
function edge(parent: PictureRow, child: PictureRow, look: string): string {
  const [x, y, toX, toY] = [laneX(parent.lane), rowY(parent.row), laneX(child.lane), rowY(child.row)];
  const bend = y + (toY > y ? ROW : -ROW);
  const path = x === toX ? `M${x} ${y}V${toY}` : `M${x} ${y}C${x} ${bend} ${toX} ${y} ${toX} ${bend}V${toY}`;
  return `<path d="${path}" fill="none" ${look}/>`;
}

function node(row: PictureRow): string {
  const [x, y] = [laneX(row.lane), rowY(row.row)];
  if (row.kind === 'boundary') return `<rect x="${x - 6}" y="${y - 2}" width="12" height="4" fill="#8250df"/>`;
  const radius = row.kind === 'prompt' ? 5 : 3.5;
  if (row.parentRow === -2) return `<circle cx="${x}" cy="${y}" r="5" fill="#ffffff" stroke="${BROKEN}" stroke-width="2"/>`;
  if (row.onResumeChain) return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${CHAIN}"/>`;
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="#ffffff" stroke="${QUIET}"/>`;
}

function label(row: PictureRow, x: number): string {
  const colour = row.parentRow === -2 ? BROKEN : row.onResumeChain ? '#1f2328' : '#59636e';
  const weight = row.kind === 'prompt' ? ' font-weight="bold"' : '';
  const broken = row.parentRow === -2 ? ' · parent is missing' : '';
  return `<text x="${x}" y="${rowY(row.row) + 4}" fill="${colour}"${weight}>${escaped(rowText(row) + broken)}</text>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
