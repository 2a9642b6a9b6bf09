import type { GraphRow, RowKind } from '../../src/core/session/analysis-types.ts';
import type { StringKey } from '../../src/protocol/strings.ts';
import { visibleText } from '../safe-text.ts';
import type { Texts } from '../text.ts';

export const ROOT = -1;
export const ORPHAN = -2;

const KIND_NAMES: Readonly<Record<RowKind, StringKey>> = {
  prompt: 'kindPrompt',
  user: 'kindUser',
  tool_result: 'kindToolResult',
  assistant: 'kindAssistant',
  system: 'kindSystem',
  progress: 'kindProgress',
  attachment: 'kindAttachment',
  boundary: 'kindBoundary',
  summary: 'kindSummary',
  other: 'kindOther',
};

/** What a person would call the row. */
export function rowLabel(row: GraphRow, texts: Texts): string {
  return row.label === '' ? texts.say(KIND_NAMES[row.kind]) : visibleText(row.label);
}

/** The code part of a finding's id. */
export function findingCode(id: string): string {
  const colon = id.indexOf(':');
  return colon === -1 ? id : id.slice(0, colon);
}

/** Everything the row shows by colour, shape and place, in words. */
export function rowDescription(row: GraphRow, texts: Texts): string {
  const parts = [rowLabel(row, texts), texts.clock(row.timestamp), visibleText(row.text)];
  if (row.tools.length > 0) parts.push(texts.say('rowTools', row.tools.map(visibleText).join(', ')));
  if (row.parentRow === ORPHAN) {
    parts.push(
      row.suggestedRow === null
        ? texts.say('rowOrphan')
        : texts.say('rowOrphanSuggested', texts.say('rowPosition', row.suggestedRow + 1, row.row + 1)),
    );
  }
  for (const id of row.findings) parts.push(texts.say('rowFinding', findingCode(id)));
  if (!row.onResumeChain) parts.push(texts.say('rowOffChain'));
  if (row.sidechain) parts.push(texts.say('rowSidechain'));
  if (row.repaired) parts.push(texts.say('rowRepaired'));
  return parts.filter((part) => part !== '').join(', ');
}
