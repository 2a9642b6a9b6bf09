import { NO_REPAIRS, type LineRange, type ParentOverrides, type Repairs } from './repairs.ts';
import { withInserted } from '../transcript/inserted.ts';
import { grown } from '../transcript/join-columns.ts';
import { FLAG, KIND, isLinked, isMessage } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import { hiddenRecords, SEEN } from './hidden-records.ts';
import { adopt, bypass, insertionsOf, parentChanges, setParent, type ParentChange } from './lay-over.ts';

/** The record starts a chain: its parent is null. */
export const ROOT = -1;
/** The record names a parent that is in no record of the transcript. */
export const ORPHAN = -2;
/** The record takes no part in the graph. */
const NO_NODE = -3;

/**
 * Records linked by their effective parents. Parents are resolved against the whole transcript, because a child may be written
 * before its parent. Where several records carry one uuid the last one is the parent of all children, as in loaders.
 */
export class ConversationGraph {
  /** Of the file, with the records that repairs put in. */
  readonly index: TranscriptIndex;
  /** Per record: record of the effective parent, or ROOT, ORPHAN, NO_NODE. */
  readonly parent: Int32Array;
  /** Per record: whether a repair in force set its parent. */
  readonly overridden: Uint8Array;
  /** Per record: SEEN, or why no loader sees it. */
  readonly hidden: Uint8Array;
  /** Lines that repairs leave out, 1-based. */
  readonly leftOut: readonly LineRange[];
  /** The record that repairs chose to continue from; -1 when none did. */
  readonly chosenLeaf: number;
  /** Per name: the last record that carries it as uuid, or -1. */
  readonly recordOfName: Int32Array;
  /** Per record: 1 where a loader sees it at all. */
  readonly seen: Uint8Array;
  /** Made when somebody asks: of a graph that is made for its parents alone they are never needed. */
  #children: Children | null = null;

  private constructor(
    parts: Pick<ConversationGraph, 'index' | 'parent' | 'overridden' | 'hidden' | 'leftOut' | 'chosenLeaf' | 'recordOfName' | 'seen'>,
  ) {
    this.index = parts.index;
    this.recordOfName = parts.recordOfName;
    this.seen = parts.seen;
    this.parent = parts.parent;
    this.overridden = parts.overridden;
    this.hidden = parts.hidden;
    this.leftOut = parts.leftOut;
    this.chosenLeaf = parts.chosenLeaf;
  }

  /** Children of record i are child[childStart[i]] … child[childStart[i + 1] - 1], in file order. */
  get childStart(): Uint32Array {
    return (this.#children ??= childrenOf(this.parent)).childStart;
  }

  get child(): Uint32Array {
    return (this.#children ??= childrenOf(this.parent)).child;
  }

  /**
   * @param file index of a transcript, without insertions
   * @param repairs in force; what names records or lines that are not in the transcript has no effect
   */
  static of(file: TranscriptIndex, repairs: Repairs = NO_REPAIRS): ConversationGraph {
    const index = withInserted(file, insertionsOf(file, repairs.inserted));
    const hidden = hiddenRecords(index, repairs);
    const recordOfName = lastRecordOfNames(index, hidden);
    const seen = seenRecords(index, hidden, recordOfName, 0);
    const parent = fileParents(index, recordOfName);
    const overridden = new Uint8Array(index.count);
    const leftOut = repairs.quarantined;
    const graph = new ConversationGraph({ index, parent, overridden, hidden, leftOut, chosenLeaf: -1, recordOfName, seen });
    if (repairs === NO_REPAIRS) return graph;
    const changes = parentChanges(graph, repairs.parents);
    for (const { record, parent: next } of changes) setParent(graph, record, next);
    adopt(graph, repairs.inserted);
    bypass(graph, repairs.bypassed);
    const chosenLeaf = repairs.leaf === null ? -1 : graph.recordNamed(repairs.leaf);
    return new ConversationGraph({ index, parent, overridden, hidden, leftOut, chosenLeaf, recordOfName, seen });
  }

  /** The same records with further parents laid over. */
  withOverrides(overrides: ParentOverrides): ConversationGraph {
    return this.withParents(parentChanges(this, overrides));
  }

  /** The same records with other parents for some. */
  withParents(changes: readonly ParentChange[]): ConversationGraph {
    const parent = this.parent.slice();
    const overridden = this.overridden.slice();
    for (const change of changes) {
      parent[change.record] = change.parent;
      overridden[change.record] = 1;
    }
    const { index, hidden, leftOut, chosenLeaf, recordOfName, seen } = this;
    return new ConversationGraph({ index, parent, overridden, hidden, leftOut, chosenLeaf, recordOfName, seen });
  }

  /**
   * The graph of a file that has grown by sound lines; repairs and insertions do not touch what was added.
   * @param index of the file as it is now: each added record has a uuid that stood nowhere before, and hangs under none, or one that is
   *   there
   */
  grownTo(index: TranscriptIndex): ConversationGraph {
    const { uuid, parent: parents, kind } = index.columns;
    const from = this.index.count;
    const recordOfName = grown(this.recordOfName, new Int32Array(index.names.size - this.recordOfName.length).fill(-1));
    for (let i = from; i < index.count; i++) if (kind[i] !== KIND.meta) recordOfName[uuid[i]!] = i;
    const added = new Int32Array(index.count - from);
    for (let i = from; i < index.count; i++) added[i - from] = parentOf(kind[i]!, uuid[i]!, parents[i]!, recordOfName);
    const nothing = new Uint8Array(added.length);
    const hidden = grown(this.hidden, nothing);
    return new ConversationGraph({
      index,
      parent: grown(this.parent, added),
      overridden: grown(this.overridden, nothing),
      hidden,
      leftOut: this.leftOut,
      chosenLeaf: this.chosenLeaf,
      recordOfName,
      seen: grown(this.seen, seenRecords(index, hidden, recordOfName, from)),
    });
  }

  /** Whether loaders see this record under its uuid, not a later one. */
  isCurrent(record: number): boolean {
    return this.recordOfName[this.index.columns.uuid[record]!] === record;
  }

  /** Whether repairs leave this line out. */
  isLeftOut(line: number): boolean {
    return this.leftOut.some(([first, last]) => line >= first && line <= last);
  }

  /** Whether a loader sees this record at all. */
  isSeen(record: number): boolean {
    return this.seen[record] === 1;
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
    // A name that a later insertion brought is not in this graph's table.
    return name < 0 ? -1 : (this.recordOfName[name] ?? -1);
  }
}

function fileParents(index: TranscriptIndex, recordOfName: Int32Array): Int32Array {
  const { uuid, parent, kind } = index.columns;
  const parents = new Int32Array(index.count);
  for (let i = 0; i < index.count; i++) parents[i] = parentOf(kind[i]!, uuid[i]!, parent[i]!, recordOfName);
  return parents;
}

/** The record's parent from its columns. */
function parentOf(kind: number, uuid: number, parent: number, recordOfName: Int32Array): number {
  if (kind === KIND.meta || uuid < 0) return NO_NODE;
  if (parent < 0) return ROOT;
  const record = recordOfName[parent]!;
  return record < 0 ? ORPHAN : record;
}

function lastRecordOfNames(index: TranscriptIndex, hidden: Uint8Array): Int32Array {
  const records = new Int32Array(index.names.size).fill(-1);
  const { uuid, kind } = index.columns;
  const isSeen = (record: number): boolean => isLinked(kind[record]!) && hidden[record] === SEEN;
  for (let i = 0; i < index.count; i++) {
    if (kind[i] === KIND.meta) continue;
    const before = records[uuid[i]!]!;
    // A record that loaders do not see never hides one that they do.
    if (before < 0 || isSeen(i) || !isSeen(before)) records[uuid[i]!] = i;
  }
  return records;
}

/** @param from the first record that is asked for */
function seenRecords(index: TranscriptIndex, hidden: Uint8Array, recordOfName: Int32Array, from: number): Uint8Array {
  const { uuid, kind } = index.columns;
  const seen = new Uint8Array(index.count - from);
  for (let i = from; i < index.count; i++) {
    if (isLinked(kind[i]!) && hidden[i] === SEEN && recordOfName[uuid[i]!] === i) seen[i - from] = 1;
  }
  return seen;
}

interface Children {
  readonly childStart: Uint32Array;
  readonly child: Uint32Array;
}

function childrenOf(parent: Int32Array): Children {
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
