import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { Answers } from './answers.ts';
import { LostRecords } from './lost-records.ts';
import { Places } from './places.ts';
import type { ToolPairs } from './tool-pairs.ts';

/** What a graph tells of the places of lost records: made once, asked for every orphan. */
export class Clues {
  readonly graph: ConversationGraph;
  readonly pairs: ToolPairs;
  readonly places: Places;
  readonly answers: Answers;
  readonly lost: LostRecords;

  constructor(graph: ConversationGraph, pairs: ToolPairs) {
    this.graph = graph;
    this.pairs = pairs;
    this.places = new Places(graph, pairs);
    this.answers = new Answers(graph, pairs);
    this.lost = new LostRecords(graph, pairs);
  }
}
