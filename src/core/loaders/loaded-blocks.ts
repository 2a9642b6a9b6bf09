import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { FLAG, isMessage } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { Loader } from './loader.ts';
import type { Refusal, RequestPart } from './request.ts';

/** What a loader makes of a session. */
export interface Loaded {
  /** Messages that it loads. */
  readonly messages: number;
  /**
   * The text, thinking, calls and results of its request, by the record that holds them; each record's uuid with its blocks. What a client
   * wrote by itself is left out: nobody misses it.
   */
  readonly blocks: ReadonlyMap<string, ReadonlySet<string>>;
  readonly refusals: readonly Refusal[];
}

/** Notes that a client makes of itself, and reports of failed requests. */
const CLIENTS_OWN = FLAG.clientText | FLAG.synthetic | FLAG.injected | FLAG.emptyContent;

/** @param graph with the repairs in force */
export function loadedBy(loader: Loader, graph: ConversationGraph): Loaded {
  const chain = loader.chain(graph);
  const request = loader.request(graph, chain);
  const blocks = new Map<string, Set<string>>();
  for (const { parts } of request) {
    for (const part of parts) if (!part.isStandIn) addBlocks(blocks, graph, part);
  }
  return { messages: chain.visible.length, blocks, refusals: loader.refusals(graph, request) };
}

/** Calls and results are told by their place in the record: a repair may change their ids. */
function addBlocks(blocks: Map<string, Set<string>>, { index }: ConversationGraph, { record, tools }: RequestPart): void {
  const names = tools.map((tool) => `tool ${tool - index.columns.toolStart[record]!}`);
  if (isSaid(index, record)) names.push('said');
  if (names.length === 0) return;
  const uuid = index.uuidText(record);
  const known = blocks.get(uuid);
  if (known === undefined) blocks.set(uuid, new Set(names));
  else for (const name of names) known.add(name);
}

/** Whether a person or a model said something in a record: text, thinking, pictures, or what no flag tells of. */
function isSaid({ columns }: TranscriptIndex, record: number): boolean {
  const flags = columns.flags[record]!;
  if ((flags & CLIENTS_OWN) !== 0) return false;
  if ((flags & (FLAG.text | FLAG.thinking | FLAG.queuedPrompt)) !== 0) return true;
  return isMessage(columns.kind[record]!) && (flags & (FLAG.toolUse | FLAG.toolResult)) === 0;
}

export function countBlocks({ blocks }: Loaded): number {
  return [...blocks.values()].reduce((sum, { size }) => sum + size, 0);
}

/** uuids of the records of which the second does not load a block that the first loads. */
export function missingFrom(before: Loaded, after: Loaded): string[] {
  return [...before.blocks].flatMap(([uuid, names]) => {
    const left = after.blocks.get(uuid);
    return left !== undefined && [...names].every((name) => left.has(name)) ? [] : [uuid];
  });
}
