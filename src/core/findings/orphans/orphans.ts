import { ORPHAN, type ConversationGraph } from '../../graph/conversation-graph.ts';
import { FLAG, KIND } from '../../transcript/record-kinds.ts';

/** Why a record's parent is nowhere, as far as the transcript tells. */
export type OrphanCause =
  /** A record between this one and the one before it was never written, or was lost. */
  | 'lost'
  /** The transcript begins here: it is the tail of a longer session, or an export. */
  | 'sliced'
  /** A hook was running when a compaction began; nothing hangs under its record. */
  | 'hook-at-compaction'
  /** The parent is in another file of the session, as it is for agent transcripts. */
  | 'elsewhere'
  /** The conversation was begun in another session and goes on here. */
  | 'other-session';

export interface Orphan {
  readonly record: number;
  readonly cause: OrphanCause;
  /** Name of the missing parent in the index. */
  readonly missing: number;
}

/** A record that is not in this transcript, but in another file. */
export interface FoundRecord {
  readonly uuid: string;
  readonly parentUuid: string | null;
  /** File name and 1-based line. */
  readonly file: string;
  readonly line: number;
  readonly kind: 'agent' | 'session';
  /** As in `KIND`. */
  readonly recordKind: number;
  /** The record; null where it is too large to be put back. */
  readonly bytes: Uint8Array | null;
}

/** Records that are named here and stand in another file, by uuid. */
export type Elsewhere = ReadonlyMap<string, FoundRecord>;

/**
 * Records whose parent is in no record of the transcript, in file order, with the cause.
 * @param elsewhere parents found in sibling files
 */
export function findOrphans(graph: ConversationGraph, elsewhere: Elsewhere): Orphan[] {
  const { kind, parent } = graph.index.columns;
  const orphans: Orphan[] = [];
  const first = kind.findIndex((one) => one !== KIND.meta);
  // One search after the other: the runtime looks through the column faster than a loop does.
  for (let i = graph.parent.indexOf(ORPHAN); i >= 0; i = graph.parent.indexOf(ORPHAN, i + 1)) {
    orphans.push({ record: i, cause: causeOf(graph, i, first, elsewhere), missing: parent[i]! });
  }
  return orphans;
}

function causeOf(graph: ConversationGraph, record: number, first: number, elsewhere: Elsewhere): OrphanCause {
  const { index } = graph;
  if (isAgentRecord(graph, record) && elsewhere.has(index.names.text(index.columns.parent[record]!))) return 'elsewhere';
  // What hangs under the same lost record as the first one was cut off with it.
  const { parent } = index.columns;
  if (record === first || (graph.parent[first] === ORPHAN && parent[record] === parent[first])) {
    return elsewhere.get(index.names.text(parent[record]!))?.kind === 'session' ? 'other-session' : 'sliced';
  }
  const isLeafHook = index.columns.kind[record] === KIND.progress && graph.childrenOf(record).length === 0;
  return isLeafHook && isBeforeBoundary(graph, record) ? 'hook-at-compaction' : 'lost';
}

/** Records of subagents may continue the main transcript from their own file. */
function isAgentRecord(graph: ConversationGraph, record: number): boolean {
  return graph.index.isFlagged(record, FLAG.sidechain) || graph.index.columns.agent[record]! >= 0;
}

function isBeforeBoundary(graph: ConversationGraph, record: number): boolean {
  const { index } = graph;
  for (let i = record + 1; i < index.count; i++) {
    if (index.columns.kind[i] !== KIND.meta) return index.isFlagged(i, FLAG.compactBoundary);
  }
  return false;
}
