import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import type { ToolPairs } from '../graph/tool-pairs.ts';

/** Chains of records of one sort, each pointing at the one before it in the file; -1 at the first. */
export type Before = Int32Array;

/**
 * What stands before each record of the file. Made once for all orphans: looking back record by record from each of a thousand
 * orphans would cost a thousand times the file.
 *
 * Only records of the conversation itself that loaders see are places; what hangs where matters to `openEnd` alone.
 */
export class Places {
  /** The nearest record of the conversation strictly before. */
  readonly main: Before;
  readonly prompt: Before;
  readonly assistant: Before;
  readonly assistantText: Before;
  /** The nearest that nothing of the conversation continues. */
  readonly openEnd: Before;
  /** The nearest record of any kind with a uuid, progress records included; not of subagents. */
  readonly any: Before;
  /** The compaction boundary of the stretch that the record stands in. */
  readonly boundary: Before;
  /** The first answer of the model at or after the record, in its stretch. */
  readonly nextAssistant: Int32Array;

  constructor(graph: ConversationGraph, pairs: ToolPairs) {
    const { index } = graph;
    const { count } = index;
    const { kind, flags } = index.columns;
    const { seen } = graph;
    const continued = continuedRecords(graph);
    const isPlace = new Uint8Array(count);
    for (let i = 0; i < count; i++) if (seen[i] === 1 && graph.isMain(i)) isPlace[i] = 1;
    this.main = new Int32Array(count);
    this.prompt = new Int32Array(count);
    this.assistant = new Int32Array(count);
    this.assistantText = new Int32Array(count);
    this.openEnd = new Int32Array(count);
    this.any = new Int32Array(count);
    this.boundary = new Int32Array(count);
    // One pass for all: each place is the latest that the records before brought.
    let [main, prompt, assistant, assistantText, openEnd, any, boundary] = [-1, -1, -1, -1, -1, -1, -1];
    for (let i = 0; i < count; i++) {
      this.main[i] = main;
      this.prompt[i] = prompt;
      this.assistant[i] = assistant;
      this.assistantText[i] = assistantText;
      this.openEnd[i] = openEnd;
      this.any[i] = any;
      this.boundary[i] = boundary;
      if (isPlace[i] === 1 || (kind[i] === KIND.progress && !index.isFlagged(i, FLAG.sidechain))) any = i;
      if (isPlace[i] === 0) continue;
      main = i;
      if (pairs.isPrompt(i)) prompt = i;
      if (kind[i] === KIND.assistant) assistant = i;
      if (kind[i] === KIND.assistant && (flags[i]! & FLAG.text) !== 0) assistantText = i;
      if (continued[i] === 0) openEnd = i;
      if ((flags[i]! & FLAG.compactBoundary) !== 0) boundary = i;
    }
    this.nextAssistant = nextAssistants(isPlace, kind, flags);
  }
}

function nextAssistants(isPlace: Uint8Array, kind: Uint8Array, flags: Uint32Array): Int32Array {
  const next = new Int32Array(isPlace.length);
  for (let i = next.length - 1, nearest = -1; i >= 0; i--) {
    if (isPlace[i] === 1 && kind[i] === KIND.assistant) nearest = i;
    else if ((flags[i]! & FLAG.compactBoundary) !== 0) nearest = -1;
    next[i] = nearest;
  }
  return next;
}

function continuedRecords(graph: ConversationGraph): Uint8Array {
  const continued = new Uint8Array(graph.parent.length);
  for (let i = 0; i < graph.parent.length; i++) if (graph.parent[i]! >= 0 && graph.isMain(i)) continued[graph.parent[i]!] = 1;
  return continued;
}
