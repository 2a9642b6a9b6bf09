import type { ChainsByLoader } from '../../loaders/loader.ts';
import { marksOf } from '../../loaders/resume-chain.ts';
import { joined } from '../../transcript/join-columns.ts';
import type { Growth } from '../growth.ts';
import type { JudgedChains } from '../judgement.ts';
import type { Trials } from '../trials.ts';

/** What each loader loads. */
export interface LoadedNow {
  /** Of the file as it stands. */
  readonly now: ChainsByLoader;
  /** With the repairs in force. */
  readonly inForce: ChainsByLoader;
}

export function judgeChains(trials: Trials): JudgedChains & LoadedNow {
  const now = trials.chains(trials.now);
  const inForce = trials.inForce === trials.now ? now : trials.chains(trials.inForce);
  return { now, inForce, onChain: marksOf(trials.inForce.chain, trials.inForce.graph.index.count) };
}

/** Grows by records that only make the chain of every loader longer. */
export function growChains({ before, grown: { graph, file, loaders }, tail }: Growth): JudgedChains | null {
  if (!loaders.list.every(({ growth }) => growth?.readsAlike(before.file, file) === true)) return null;
  for (let record = before.file.count; record < file.count; record++) if (!tail.take(graph, record)) return null;
  const onChain = joined(before.onChain, new Uint8Array(file.count - before.file.count));
  for (const record of tail.loaded) onChain[record] = 1;
  return { onChain };
}
