import { ORPHAN, type ConversationGraph } from '../graph/conversation-graph.ts';
import type { SessionState } from './state.ts';

/** The parent of a record: a uuid, null for a root, or that it is missing. */
export type ParentName = { readonly uuid: string | null; readonly isMissing: boolean };

/** What is another in a session when one set of repairs takes the place of another. uuids, in file order. */
export interface StateChanges {
  readonly parents: readonly { readonly uuid: string; readonly before: ParentName; readonly after: ParentName }[];
  /** Records that repairs put in, or no longer do. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Records that a resume of a repaired copy loads now and did not before, and the other way round. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  /** Of the changes beyond the ones that are listed. */
  readonly more: number;
}

/** Changes listed of each kind. */
const MOST_LISTED = 20_000;

/** Compares two states of one file. */
export function stateChanges(before: SessionState, after: SessionState): StateChanges {
  const parents: StateChanges['parents'][number][] = [];
  const [added, removed, gained, lost]: [string[], string[], string[], string[]] = [[], [], [], []];
  for (const record of after.rows) {
    const uuid = after.index.uuidText(record);
    const old = counterpart(after, before, record, uuid);
    const isLoaded = after.onChain[record] === 1;
    if (old < 0) {
      added.push(uuid);
      if (isLoaded) gained.push(uuid);
      continue;
    }
    const [was, is] = [parentName(before.graph, old), parentName(after.graph, record)];
    if (was.uuid !== is.uuid || was.isMissing !== is.isMissing) parents.push({ uuid, before: was, after: is });
    const wasLoaded = before.onChain[old] === 1;
    if (isLoaded !== wasLoaded) (isLoaded ? gained : lost).push(uuid);
  }
  for (const record of before.rows) {
    const uuid = before.index.uuidText(record);
    if (counterpart(before, after, record, uuid) >= 0) continue;
    removed.push(uuid);
    if (before.onChain[record] === 1) lost.push(uuid);
  }
  const lists = [parents, added, removed, gained, lost];
  return {
    parents: parents.slice(0, MOST_LISTED),
    added: added.slice(0, MOST_LISTED),
    removed: removed.slice(0, MOST_LISTED),
    gained: gained.slice(0, MOST_LISTED),
    lost: lost.slice(0, MOST_LISTED),
    more: lists.reduce((sum, { length }) => sum + Math.max(0, length - MOST_LISTED), 0),
  };
}

/** The same record in another state: records of the file keep their number, those that repairs put in are found by their name. */
function counterpart(from: SessionState, to: SessionState, record: number, uuid: string): number {
  const found = record < from.index.fileCount ? record : to.graph.recordNamed(uuid);
  return found >= 0 && to.rowOfRecord[found]! >= 0 ? found : -1;
}

function parentName(graph: ConversationGraph, record: number): ParentName {
  const parent = graph.parent[record]!;
  return { uuid: parent >= 0 ? graph.index.uuidText(parent) : null, isMissing: parent === ORPHAN };
}
