import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { FLAG, KIND } from '../../transcript/record-kinds.ts';
import type { Elsewhere, Orphan } from './orphans.ts';

/** What a person is told about an orphan, in one or two sentences. */
export function describeOrphan(graph: ConversationGraph, orphan: Orphan, elsewhere: Elsewhere, cutsOff: boolean): string {
  const missing = graph.index.names.text(orphan.missing);
  const short = missing.slice(0, 8);
  if (orphan.cause === 'sliced')
    return `The file begins in the middle of a conversation: the record before this one (${short}…) is not in it.`;
  if (orphan.cause === 'hook-at-compaction') {
    return `A hook was running when the conversation was compacted; its record names a parent (${short}…) that was never written. Nothing hangs under it, so nothing is lost.`;
  }
  const found = elsewhere.get(missing);
  if (orphan.cause === 'other-session' && found !== undefined) {
    const lost = cutsOff
      ? 'A resume does not load what was said before'
      : 'What was said before is not in it, and a resume does not need it';
    return `The conversation begins in another file: ${found.file}, line ${found.line}, holds what this record continues. ${lost}.`;
  }
  const place = found === undefined ? 'is nowhere in the session’s files' : `is not in this file, but in ${found.file}, line ${found.line}`;
  return `The record this one continues (${short}…) ${place}. ${lossText(graph, orphan.record)}${effectText(cutsOff)}`;
}

function lossText(graph: ConversationGraph, record: number): string {
  const previous = previousMain(graph, record);
  if (previous < 0) return '';
  const { kind, flags } = graph.index.columns;
  const onlyThinking =
    kind[previous] === KIND.assistant && (flags[previous]! & (FLAG.text | FLAG.toolUse)) === 0 && (flags[previous]! & FLAG.thinking) !== 0;
  return onlyThinking ? 'Probably a text of the assistant was lost here. ' : '';
}

function effectText(cutsOff: boolean): string {
  return cutsOff ? 'A resume stops here: everything before it is out of reach.' : 'It does not change what a resume loads.';
}

function previousMain(graph: ConversationGraph, record: number): number {
  for (let i = record - 1; i >= 0; i--) if (graph.isMain(i)) return i;
  return -1;
}
