import { FLAG, KIND, isLinked, isMessage } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';

/** The record starts a chain: its parent is null. */
export const ROOT = -1;
/** The record names a parent that is in no record of the transcript. */
export const ORPHAN = -2;
/** The record takes no part in the graph. */
export const NO_NODE = -3;

/** Parents that the repairs in force give records, by uuid; null makes a root. */
export type Overrides = Readonly<Record<string, string | null>>;

/**
 * Records linked by their effective parents. Parents are resolved against the whole transcript, because a child may be written
 * before its parent. Where several records carry one uuid the last one is the parent of all children, as in loaders.
 */
export class ConversationGraph {
  readonly index: TranscriptIndex;
  /** Per record: record of the effective parent, or ROOT, ORPHAN, NO_NODE. */
  readonly parent: Int32Array;
  /** Per record: whether a repair in force set its parent. */
  readonly overridden: Uint8Array;
  /** Per name: the last record that carries it as uuid, or -1. */
  readonly recordOfName: Int32Array;
  /** Children of record i are child[childStart[i]] … child[childStart[i + 1] - 1], in file order. */
  readonly childStart: Uint32Array;
  readonly child: Uint32Array;

  private constructor(index: TranscriptIndex, recordOfName: Int32Array, parent: Int32Array, overridden: Uint8Array) {
    this.index = index;
    this.recordOfName = recordOfName;
    this.parent = parent;
    this.overridden = overridden;
    const { childStart, child } = childrenOf(parent);
    this.childStart = childStart;
    this.child = child;
  }

  /** @param overrides repairs in force; entries for uuids that are not in the transcript have no effect */
  static of(index: TranscriptIndex, overrides: Overrides = {}): ConversationGraph {
    const recordOfName = lastRecordOfNames(index);
    const file = new ConversationGraph(index, recordOfName, fileParents(index, recordOfName), new Uint8Array(index.count));
    return Object.keys(overrides).length === 0 ? file : file.withOverrides(overrides);
  }

  /** The same records with further repairs laid over. */
  withOverrides(overrides: Overrides): ConversationGraph {
    const changes: { record: number; parent: number }[] = [];
    for (const [uuid, newParent] of Object.entries(overrides)) {
      const record = this.recordNamed(uuid);
      if (record < 0) continue;
      const found = newParent === null ? ROOT : this.recordNamed(newParent);
      changes.push({ record, parent: newParent !== null && found < 0 ? ORPHAN : found });
    }
    return this.withParents(changes);
  }

  /** The same records with other parents for some. */
  withParents(changes: readonly { readonly record: number; readonly parent: number }[]): ConversationGraph {
    const parent = this.parent.slice();
    const overridden = this.overridden.slice();
    for (const change of changes) {
      parent[change.record] = change.parent;
      overridden[change.record] = 1;
    }
    return new ConversationGraph(this.index, this.recordOfName, parent, overridden);
  }

  /** Whether loaders see this record under its uuid, not a later one. */
  isCurrent(record: number): boolean {
    return this.recordOfName[this.index.columns.uuid[record]!] === record;
  }

  childrenOf(record: number): Uint32Array {
    return this.child.subarray(this.childStart[record], this.childStart[record + 1]);
  }

  /** Part of the conversation itself: neither a subagent's nor a passing message of a hook or tool. */
  isMain(record: number): boolean {
    const kind = this.index.columns.kind[record]!;
    const main = isMessage(kind) || kind === KIND.system || kind === KIND.attachment;
    return main && !this.index.isFlagged(record, FLAG.sidechain);
  }

  /** A message that a resume shows when it is on the chain. */
  isVisible(record: number): boolean {
    const hidden = FLAG.injected | FLAG.sidechain | FLAG.team;
    const speaks = isMessage(this.index.columns.kind[record]!) || this.index.isFlagged(record, FLAG.queuedPrompt);
    return speaks && (this.index.columns.flags[record]! & hidden) === 0;
  }

  /** The record with this uuid that loaders see; -1 when there is none. */
  recordNamed(uuid: string): number {
    const name = this.index.names.find(uuid);
    return name < 0 ? -1 : this.recordOfName[name]!;
  }
}

function fileParents(index: TranscriptIndex, recordOfName: Int32Array): Int32Array {
  const { uuid, parent, kind } = index.columns;
  const parents = new Int32Array(index.count);
  for (let i = 0; i < index.count; i++) {
    if (kind[i] === KIND.meta || uuid[i]! < 0) parents[i] = NO_NODE;
    else if (parent[i]! < 0) parents[i] = ROOT;
    else parents[i] = recordOfName[parent[i]!]! < 0 ? ORPHAN : recordOfName[parent[i]!]!;
  }
  return parents;
}

function lastRecordOfNames(index: TranscriptIndex): Int32Array {
  const records = new Int32Array(index.names.size).fill(-1);
  const { uuid, kind } = index.columns;
  for (let i = 0; i < index.count; i++) {
    if (kind[i] === KIND.meta) continue;
    const before = records[uuid[i]!]!;
    // A record that loaders do not see never hides one that they do.
    if (before < 0 || isSeen(index, i) || !isSeen(index, before)) records[uuid[i]!] = i;
  }
  return records;
}

function isSeen(index: TranscriptIndex, record: number): boolean {
  return isLinked(index.columns.kind[record]!) && !index.isFlagged(record, FLAG.recovered);
}

function childrenOf(parent: Int32Array): { childStart: Uint32Array; child: Uint32Array } {
  const childStart = new Uint32Array(parent.length + 1);
  for (const p of parent) if (p >= 0) childStart[p + 1]!++;
  for (let i = 0; i < parent.length; i++) childStart[i + 1]! += childStart[i]!;
  const next = childStart.slice();
  const child = new Uint32Array(childStart[parent.length]!);
  for (let i = 0; i < parent.length; i++) {
    const p = parent[i]!;
    if (p >= 0) child[next[p]!++] = i;
  }
  return { childStart, child };
}
