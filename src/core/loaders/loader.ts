import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { ChainGrowth } from './chain-growth.ts';
import type { Refusal, ResumeRequest } from './request.ts';
import type { ResumeChain } from './resume-chain.ts';

/** Stable; stands in JSON documents and settings. */
export type LoaderId = string;

/** A program that resumes sessions, as a model of what it loads. */
export interface Loader {
  readonly id: LoaderId;
  /** What people call it, as it stands within a sentence. */
  readonly title: string;
  /** What it does its own way, as it stands behind its title. */
  readonly manner: string;
  /** The agent whose sessions it loads. */
  readonly agent: string;
  /** Versions of the program that the rules were learnt from and held to. */
  readonly versions: readonly string[];
  /** Where its rules were found, for people: a page of the documentation. */
  readonly source: string;
  /** Key of its figures in the effects that events of the log record; null: they stand in a list, by id. */
  readonly effectKey: string | null;
  /** Whether `riff scan --chain` lists what it sends; true of one loader. */
  readonly isListed: boolean;
  /**
   * What it loads of a session.
   * @param graph with the repairs in force
   */
  chain(graph: ConversationGraph): ResumeChain;
  /** What it sends when it resumes. @param chain what it loads of the graph */
  request(graph: ConversationGraph, chain: ResumeChain): ResumeRequest;
  /** What the API refuses of its request; empty when it takes all. @param graph that the request was made of */
  refusals(graph: ConversationGraph, request: ResumeRequest): Refusal[];
  /** How its chain goes on when records are appended; null: it is made anew each time. */
  readonly growth: ChainGrowth | null;
}

/** A loader as results name it: plain data. */
export type LoaderName = Pick<Loader, 'id' | 'title' | 'manner' | 'effectKey'>;

/** The name alone, which can be sent to other threads and pages. */
export function nameOf({ id, title, manner, effectKey }: Loader): LoaderName {
  return { id, title, manner, effectKey };
}

/** The loaders that sessions are judged by. */
export interface Loaders {
  /** Never empty; every surface shows them in this order. */
  readonly list: readonly Loader[];
  /** The one that the user resumes with: headlines and severities follow it. One of the list. */
  readonly primary: LoaderId;
}

/** Throws a RangeError when the primary loader is not in the list. */
export function primaryLoader({ list, primary }: Loaders): Loader {
  const found = list.find(({ id }) => id === primary);
  if (found === undefined) throw new RangeError(`The primary loader ${primary} is not in the list of loaders.`);
  return found;
}

/** What each loader loads of a graph, by its id. */
export type ChainsByLoader = ReadonlyMap<LoaderId, ResumeChain>;

/** What each loader loads of a session. @param graph with the repairs in force */
export function chainsOf(graph: ConversationGraph, { list }: Loaders): ChainsByLoader {
  return new Map(list.map((loader) => [loader.id, loader.chain(graph)]));
}
