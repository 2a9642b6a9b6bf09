import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
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
  /** Versions of the program that the rules were learnt from and held to, in order. Never empty. */
  readonly versions: readonly string[];
  /** Where its rules were found, for people: a page of the documentation. */
  readonly source: string;
  /** Key of its figures in the effects that events of the log record; null: they stand in a list, by id. */
  readonly effectKey: string | null;
  /**
   * How the names begin by which records say that a program of its kind wrote them: sessions that nothing else wrote are resumed with it.
   * Empty where records do not tell.
   */
  readonly writers: readonly string[];
  /**
   * What it loads of a session.
   * @param graph with the repairs in force
   */
  chain(graph: ConversationGraph): ResumeChain;
  /** What it sends when it resumes. @param chain what it loads of the graph */
  request(graph: ConversationGraph, chain: ResumeChain): ResumeRequest;
  /** What the API refuses of its request; empty when it takes all. @param graph that the request was made of */
  refusals(graph: ConversationGraph, request: ResumeRequest): Refusal[];
  /** Whether it is the one that its format's independent reader models: what it loads of a copy is checked by that as well. */
  readonly isReference: boolean;
  /** How its chain goes on when records are appended; null: it is made anew each time. */
  readonly growth: ChainGrowth | null;
}

/** A loader as results name it: plain data. */
export interface LoaderName extends Pick<Loader, 'id' | 'title' | 'manner' | 'effectKey'> {
  /** The last version that its rules were held to. */
  readonly version: string;
}

/** The name alone, which can be sent to other threads and pages. */
export function nameOf({ id, title, manner, effectKey, versions }: Loader): LoaderName {
  return { id, title, manner, effectKey, version: versions.at(-1) ?? '' };
}

/** As it stands beside figures: "Claude Code 2.1.332". */
export function titleWithVersion({ title, version }: Pick<LoaderName, 'title' | 'version'>): string {
  return version === '' ? title : `${title} ${version}`;
}

/** The loaders that sessions are judged by. */
export interface Loaders {
  /** Never empty; every surface shows them in this order. */
  readonly list: readonly Loader[];
  /** The one that the user resumes with: headlines and severities follow it. One of the list. */
  readonly primary: LoaderId;
  /** Whether the user named the primary one. If not, it is that of sessions which no other loader has for its own. */
  readonly isChosen: boolean;
}

/** The same loaders, of which the user named the primary one. @param id null: they named none */
export function withPrimary(loaders: Loaders, id: LoaderId | null): Loaders {
  const chosen = id === null ? undefined : loaders.list.find((loader) => loader.id === id);
  return chosen === undefined ? loaders : { ...loaders, primary: chosen.id, isChosen: true };
}

/** The loaders that a session is judged by: unless the user named one, its primary loader is the one whose kind alone wrote it. */
export function loadersFor({ writers, words }: TranscriptIndex, loaders: Loaders): Loaders {
  if (loaders.isChosen || writers.length === 0) return loaders;
  const names = writers.map((writer) => words.text(writer));
  const own = loaders.list.find((loader) => names.every((name) => loader.writers.some((start) => name.startsWith(start))));
  return own === undefined || own.id === loaders.primary ? loaders : { ...loaders, primary: own.id };
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
