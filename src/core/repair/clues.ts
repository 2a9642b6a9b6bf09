import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { Answers } from './answers.ts';
import { LostRecords } from './lost-records.ts';
import { Places } from './places.ts';
import type { ToolPairs } from '../graph/tool-pairs.ts';

/** What a graph tells of the places of lost records: made once, asked for every orphan. */
export class Clues {
  readonly graph: ConversationGraph;
  readonly pairs: ToolPairs;
  readonly places: Places;
  readonly answers: Answers;
  readonly lost: LostRecords;
  private readonly kept = new Map<number, readonly number[]>();

  constructor(graph: ConversationGraph, pairs: ToolPairs) {
    this.graph = graph;
    this.pairs = pairs;
    this.places = new Places(graph, pairs);
    this.answers = new Answers(graph, pairs);
    this.lost = new LostRecords(graph, pairs);
  }

  /** The records before a compaction that it kept, in file order. */
  keptBy(boundary: number): readonly number[] {
    const known = this.kept.get(boundary);
    if (known !== undefined) return known;
    const { graph } = this;
    const kept = graph.index.preserved.find((preserved) => preserved.boundary === boundary);
    const uuids = kept === undefined ? [] : [...kept.uuids, ...[kept.head, kept.tail].filter((uuid) => uuid !== null)];
    const records = uuids.map((uuid) => graph.recordNamed(uuid)).filter((record) => record >= 0 && record < boundary);
    records.sort((a, b) => a - b);
    this.kept.set(boundary, records);
    return records;
  }
}
