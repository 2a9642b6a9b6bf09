import { FLAG, KIND, isMessage } from '../transcript/record-kinds.ts';
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

  /** @param overrides repairs in force; entries for uuids that are not in the transcript have no effect */
  constructor(index: TranscriptIndex, overrides: Overrides = {}) {
    this.index = index;
    this.recordOfName = lastRecordOfNames(index);
    this.parent = new Int32Array(index.count);
    this.overridden = new Uint8Array(index.count);
    this.link();
    this.override(overrides);
    const { childStart, child } = childrenOf(this.parent);
    this.childStart = childStart;
    this.child = child;
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
    return isMessage(this.index.columns.kind[record]!) && (this.index.columns.flags[record]! & hidden) === 0;
  }

  private link(): void {
    const { uuid, parent, kind } = this.index.columns;
    for (let i = 0; i < this.index.count; i++) {
      if (kind[i] === KIND.meta || uuid[i]! < 0) this.parent[i] = NO_NODE;
      else this.parent[i] = parent[i]! < 0 ? ROOT : this.resolve(parent[i]!);
    }
  }

  private resolve(name: number): number {
    const found = this.recordOfName[name]!;
    return found < 0 ? ORPHAN : found;
  }

  private override(overrides: Overrides): void {
    for (const [uuid, newParent] of Object.entries(overrides)) {
      const record = this.recordNamed(uuid);
      if (record < 0) continue;
      this.overridden[record] = 1;
      if (newParent === null) this.parent[record] = ROOT;
      else {
        const found = this.recordNamed(newParent);
        this.parent[record] = found < 0 ? ORPHAN : found;
      }
    }
  }

  /** The record with this uuid that loaders see; -1 when there is none. */
  recordNamed(uuid: string): number {
    const name = this.index.names.find(uuid);
    return name < 0 ? -1 : this.recordOfName[name]!;
  }
}

function lastRecordOfNames(index: TranscriptIndex): Int32Array {
  const records = new Int32Array(index.names.size).fill(-1);
  const { uuid, kind } = index.columns;
  for (let i = 0; i < index.count; i++) if (kind[i] !== KIND.meta) records[uuid[i]!] = i;
  return records;
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
