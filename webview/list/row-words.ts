import type { GraphRow, RowKind } from '../../src/core/session/analysis-types.ts';
import type { StringKey } from '../../src/protocol/strings.ts';
import { visibleText } from '../elements/safe-text.ts';
import type { Texts } from '../elements/text.ts';

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

/** The name of the row in plain words. */
export function rowLabel(row: GraphRow, texts: Texts): string {
  return row.label === '' ? texts.say(KIND_NAMES[row.kind]) : visibleText(row.label);
}

/** The code part of a finding's id. */
export function findingCode(id: string): string {
  const colon = id.indexOf(':');
  return colon === -1 ? id : id.slice(0, colon);
}

/** What the row shows only by colour, shape and position, in words for screen readers. */
export function unseenWords(row: GraphRow, texts: Texts): string {
  const parts: string[] = [];
  if (row.parentRow === ORPHAN && row.suggestedRow !== null) {
    parts.push(texts.say('rowSuggested', row.suggestedRow + 1));
  }
  if (row.far) parts.push(texts.say('rowFar', row.parentRow + 1));
  for (const id of row.findings) parts.push(texts.say('rowFinding', findingCode(id)));
  if (row.found) parts.push(texts.say('rowFound'));
  if (!row.onResumeChain) parts.push(texts.say('rowOffChain'));
  if (row.sidechain) parts.push(texts.say('rowSidechain'));
  return parts.map((part) => `, ${part}`).join('');
}
