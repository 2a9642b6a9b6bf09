import { ConversationGraph, ORPHAN } from '../../src/core/graph/conversation-graph.ts';
import { readTranscript } from '../../src/core/transcript/read-transcript.ts';
import { FLAG, KIND } from '../../src/core/transcript/record-kinds.ts';
import type { Random } from '../generator/random.ts';
import { memorySource } from '../support/memory-source.ts';
import type { BenchSession } from './bench-session.ts';

/** A session with some lines taken out, indexed again. */
export interface DamagedSession {
  readonly graph: ConversationGraph;
  readonly orphans: readonly TrueOrphan[];
  /** Per record of the damaged session: its record in the healthy one. */
  readonly healthyRecord: Int32Array;
}

export interface TrueOrphan {
  /** In the damaged session. */
  readonly record: number;
  /** Its nearest surviving ancestor in the conversation itself, in the damaged session; -1 when none survives. */
  readonly truth: number;
  /** The lost parent, in the healthy session. */
  readonly lost: number;
}

/** Sets of records to lose, each set in one copy of the session. */
export interface LossPlan {
  readonly single: readonly number[][];
  readonly run: readonly number[][];
  readonly several: readonly number[][];
}

/**
 * @param most how many sets of each sort at most
 */
export function planLosses(session: BenchSession, most: number, random: Random): LossPlan {
  const losable = losableRecords(session);
  const parents = losable.filter((record) => session.graph.childrenOf(record).length > 0);
  const single = random.shuffle(parents).slice(0, most);
  // A small session gives no more than it has: the same loss again and again would weigh too much.
  const trials = Math.min(Math.ceil(most / 4), Math.ceil(parents.length / 8));
  return {
    single: single.map((record) => [record]),
    run: Array.from({ length: losable.length < 10 ? 0 : trials }, () => runOf(losable, random)),
    several: Array.from({ length: losable.length < 40 ? 0 : trials }, () => severalOf(parents, random)),
  };
}

/** Records that a line of their own holds, subagents' excepted. */
function losableRecords({ graph }: BenchSession): number[] {
  const { columns, count } = graph.index;
  const onLine = new Map<number, number>();
  for (let i = 0; i < count; i++) onLine.set(columns.line[i]!, (onLine.get(columns.line[i]!) ?? 0) + 1);
  return Array.from({ length: count }, (_, i) => i).filter(
    (i) =>
      columns.kind[i] !== KIND.meta &&
      !graph.index.isFlagged(i, FLAG.sidechain) &&
      onLine.get(columns.line[i]!) === 1 &&
      graph.isCurrent(i),
  );
}

function runOf(losable: readonly number[], random: Random): number[] {
  const length = random.int(2, 5);
  const from = random.int(0, losable.length - length);
  return losable.slice(from, from + length);
}

/** 3 to 12 losses, each in a stretch of the file of its own; now and then two neighbours. */
function severalOf(parents: readonly number[], random: Random): number[] {
  const losses = random.int(3, 12);
  const chosen = new Set<number>();
  for (let part = 0; part < losses; part++) {
    const from = Math.floor((parents.length * part) / losses);
    const to = Math.floor((parents.length * (part + 1)) / losses) - 1;
    const at = random.int(from, Math.max(from, to));
    chosen.add(parents[at]!);
    if (random.chance(0.15) && at + 1 < parents.length) chosen.add(parents[at + 1]!);
  }
  return [...chosen];
}

/** Takes the lines of these records out of the bytes and reads what is left. */
export async function lose(session: BenchSession, records: readonly number[]): Promise<DamagedSession> {
  const healthy = session.graph;
  const lost = new Set(records);
  const lostLines = new Set(records.map((record) => healthy.index.columns.line[record]! - 1));
  const bytes = Buffer.concat(session.lines.filter((_, line) => !lostLines.has(line)));
  const graph = ConversationGraph.of(await readTranscript(memorySource(bytes)));
  const { healthyRecord, damagedRecord } = mapRecords(healthy.index.count, lost);
  const orphans: TrueOrphan[] = [];
  for (const parent of records) {
    for (const child of healthy.childrenOf(parent)) {
      if (lost.has(child) || !healthy.isCurrent(child) || healthy.index.isFlagged(child, FLAG.sidechain)) continue;
      // An earlier record may have carried the same uuid.
      if (graph.parent[damagedRecord[child]!] !== ORPHAN) continue;
      const truth = trueParent(healthy, child, lost);
      orphans.push({ record: damagedRecord[child]!, truth: truth < 0 ? -1 : damagedRecord[truth]!, lost: parent });
    }
  }
  return { graph, orphans, healthyRecord };
}

function mapRecords(count: number, lost: ReadonlySet<number>): { healthyRecord: Int32Array; damagedRecord: Int32Array } {
  const damagedRecord = new Int32Array(count).fill(-1);
  const healthyRecord = new Int32Array(count - lost.size);
  for (let healthy = 0, damaged = 0; healthy < count; healthy++) {
    if (lost.has(healthy)) continue;
    damagedRecord[healthy] = damaged;
    healthyRecord[damaged++] = healthy;
  }
  return { healthyRecord, damagedRecord };
}

function trueParent(healthy: ConversationGraph, child: number, lost: ReadonlySet<number>): number {
  let at = healthy.parent[child]!;
  for (let steps = 0; at >= 0 && (lost.has(at) || !healthy.isMain(at)) && steps < healthy.index.count; steps++) at = healthy.parent[at]!;
  return Math.max(at, -1);
}
