import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { FLAG, isMessage } from '../../transcript/record-kinds.ts';
import { sdkChain } from '../claude-agent-sdk/chain.ts';
import type { ClientRecords } from './kept-records.ts';

/** The record from which the client continues; -1 when it finds no conversation. */
export function clientLeaf(graph: ConversationGraph, records: ClientRecords): number {
  const { index } = graph;
  const { has, parent, from } = records;
  const isMain = (record: number): boolean => has[record] === 1 && !index.isFlagged(record, FLAG.sidechain);
  // A copy puts the record that was chosen last, and has no line that names another one.
  if (graph.chosenLeaf >= 0) return sdkChain(graph).leaf;
  const barren = new Uint8Array(has.length);
  const mayEnd = (record: number): boolean => isMain(record) && leadsToMessage(graph, parent, record, barren);
  let last = index.fileCount - 1;
  while (last >= 0 && !mayEnd(last)) last--;
  for (let i = index.fileCount; i < has.length; i++) if (mayEnd(i) && (last < 0 || index.position(i) > index.position(last))) last = i;
  if (last < 0) return last;
  const pin = pinned(graph, records, from);
  if (pin < 0) return newestFrom(graph, records, last);
  const seen = new Uint8Array(has.length);
  for (let at = last; at >= 0 && seen[at] === 0; at = parent[at]!) {
    if (at === pin) return last;
    seen[at] = 1;
  }
  return isMain(pin) ? pin : -1;
}

/**
 * The newest of all that hangs below the last record, where none of it is older: of a history that was written again the client goes
 * on where that history went on. Of one time the last in the file.
 */
function newestFrom({ index }: ConversationGraph, { has, parent }: ClientRecords, last: number): number {
  const { time } = index.columns;
  let newest = last;
  let latest = Number.isNaN(time[last]!) ? -Infinity : time[last]!;
  const below = descendantsOf(parent, last);
  for (let i = 0; below !== null && i < has.length; i++) {
    if (below[i] === 0 || has[i] === 0 || index.isFlagged(i, FLAG.sidechain) || !(time[i]! >= latest)) continue;
    newest = i;
    latest = time[i]!;
  }
  return newest;
}

/** 1 for the records on whose way up `top` stands; null when there are none. */
function descendantsOf(parent: Int32Array, top: number): Uint8Array | null {
  if (!parent.includes(top)) return null;
  const UNKNOWN = 0;
  const BELOW = 1;
  const ELSEWHERE = 2;
  const place = new Uint8Array(parent.length);
  for (let i = 0; i < parent.length; i++) {
    let at = i;
    while (at >= 0 && at !== top && place[at] === UNKNOWN) {
      // Until the end of the way is known, and for good in a cycle.
      place[at] = ELSEWHERE;
      at = parent[at]!;
    }
    if (at !== top && (at < 0 || place[at] !== BELOW)) continue;
    for (let up = i; up !== at; up = parent[up]!) place[up] = BELOW;
  }
  return place.map((found) => (found === BELOW ? 1 : 0));
}

/** @param barren 1 for records that were found to lead to none; more are noted */
function leadsToMessage(graph: ConversationGraph, parent: Int32Array, from: number, barren: Uint8Array): boolean {
  for (let at = from; at >= 0 && barren[at] === 0; at = parent[at]!) {
    if (isMessage(graph.index.columns.kind[at]!)) return true;
    barren[at] = 1;
  }
  return false;
}

/** Where the last `last-prompt` line says that the conversation stood; -1 when that is not there. */
function pinned(graph: ConversationGraph, { has }: ClientRecords, from: number): number {
  const pin = graph.index.pins.findLast(({ record }) => record >= from);
  const record = pin === undefined ? -1 : graph.recordOfName[pin.leaf]!;
  return record >= 0 && has[record] === 1 ? record : -1;
}
