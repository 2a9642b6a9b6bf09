import { ConversationGraph } from '../graph/conversation-graph.ts';
import { withActions, type RepairAction, type Repairs } from '../graph/repairs.ts';
import { primaryLoader, type ChainsByLoader, type Loader, type LoaderId } from '../loaders/loader.ts';
import type { ResumeChain } from '../loaders/resume-chain.ts';
import { linkActions, type PlannedLink } from '../repair/links.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { Subject } from './judgement.ts';

/** A graph with repairs laid over, and what loaders load of it. */
export interface Trial {
  readonly graph: ConversationGraph;
  /** What the primary loader loads. */
  readonly chain: ResumeChain;
}

/** Tries repairs on a session; notes where each loader would go on. The repairs that were tried last are not laid over twice. */
export class Trials {
  /** The file as it stands. */
  readonly now: Trial;
  /** With the repairs in force. */
  readonly inForce: Trial;
  private readonly file: TranscriptIndex;
  private readonly repairs: Repairs;
  private readonly primary: Loader;
  private readonly others: readonly Loader[];
  /** Records that a loader continued from in any trial. */
  private readonly leaves: ReadonlyMap<LoaderId, Set<number>>;
  private last: { readonly key: string; readonly trial: Trial } | null = null;

  /** @param graph with the repairs in force */
  constructor({ file, repairs, loaders }: Subject, asItStands: ConversationGraph, graph: ConversationGraph) {
    this.file = file;
    this.repairs = repairs;
    this.primary = primaryLoader(loaders);
    this.others = loaders.list.filter(({ id }) => id !== loaders.primary);
    this.leaves = new Map(loaders.list.map(({ id }) => [id, new Set()]));
    this.now = this.of(asItStands);
    this.inForce = graph === asItStands ? this.now : this.of(graph);
  }

  /** With further repairs besides those in force. */
  with(actions: readonly RepairAction[]): Trial {
    if (actions.length === 0) return this.inForce;
    const repairs = withActions(this.repairs, actions);
    const key = JSON.stringify(repairs);
    if (this.last?.key === key) return this.last.trial;
    const trial = this.of(ConversationGraph.of(this.file, repairs));
    this.last = { key, trial };
    return trial;
  }

  /**
   * With links besides what was laid over already.
   * @param whole with `lossless` laid over
   */
  linked(whole: Trial, lossless: readonly RepairAction[], links: readonly PlannedLink[]): Trial {
    if (links.length === 0) return whole;
    // What is bypassed or put in gives its children new parents after all links are made: then all has to be laid over again.
    const { inserted, bypassed } = this.repairs;
    if (inserted.length > 0 || bypassed.length > 0) return this.with([...lossless, ...linkActions(whole.graph, links)]);
    return this.of(whole.graph.withParents(links.map(({ record, candidate }) => ({ record, parent: candidate.parent }))));
  }

  /** Whether every loader loads at least as many messages. */
  loadsNoLess(after: Trial, before: Trial): boolean {
    if (after.chain.visible.length < before.chain.visible.length) return false;
    if (after === before) return true;
    return this.others.every((loader) => this.chain(loader, after.graph).visible.length >= this.chain(loader, before.graph).visible.length);
  }

  /** Whether every loader loads at least as many messages with the further repairs as with the first ones alone. */
  losesNothing(base: readonly RepairAction[], further: readonly RepairAction[]): boolean {
    if (further.length === 0) return true;
    const before = this.with(base);
    return this.loadsNoLess(this.with([...base, ...further]), before);
  }

  /** What each loader loads. */
  chains({ graph, chain }: Trial): ChainsByLoader {
    return new Map([[this.primary.id, chain], ...this.others.map((loader) => [loader.id, this.chain(loader, graph)] as const)]);
  }

  /** The record that a loader continued from in every trial, by loader; null where that was not one record. */
  commonLeaves(): ReadonlyMap<LoaderId, number> | null {
    const common = new Map<LoaderId, number>();
    for (const [id, [leaf, ...further]] of this.leaves) {
      if (leaf === undefined || further.length > 0) return null;
      common.set(id, leaf);
    }
    return common;
  }

  private of(graph: ConversationGraph): Trial {
    return { graph, chain: this.chain(this.primary, graph) };
  }

  private chain(loader: Loader, graph: ConversationGraph): ResumeChain {
    const chain = loader.chain(graph);
    this.leaves.get(loader.id)?.add(chain.leaf);
    return chain;
  }
}
