import { FLAG, KIND } from '../../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../../transcript/transcript-index.ts';
import { TOOL_ID } from './tool-id.ts';

/**
 * Whether any record from one on holds what the API may refuse by the rules for content: of nearly all sessions none does, and then no
 * request has to be made to see it.
 */
export function couldBeRefused({ remarks, columns, tools, names, count }: TranscriptIndex, from: number): boolean {
  const last = remarks.at(-1);
  if (last !== undefined && last.record >= from) return true;
  for (let record = from; record < count; record++) {
    if ((columns.flags[record]! & (FLAG.emptyContent | FLAG.text)) === (FLAG.emptyContent | FLAG.text)) return true;
    if (columns.kind[record] === KIND.assistant && (columns.flags[record]! & FLAG.toolResult) !== 0) return true;
    if (columns.kind[record] === KIND.user && (columns.flags[record]! & FLAG.toolUse) !== 0) return true;
  }
  const seen = new Set<number>();
  for (let tool = columns.toolStart[from]!; tool < tools.id.length; tool++) {
    const id = tools.id[tool]!;
    if (id < 0 || seen.has(id)) continue;
    seen.add(id);
    if (!TOOL_ID.test(names.text(id))) return true;
  }
  return false;
}
