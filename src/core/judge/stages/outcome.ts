import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { compactionFigures } from '../../loaders/compaction.ts';
import type { ChainsByLoader, Loader, LoaderId, Loaders } from '../../loaders/loader.ts';
import { countMessages } from '../../loaders/resume-chain.ts';
import type { Refusal } from '../../loaders/request.ts';
import { grownResumeFigures, resumeFigures } from '../../loaders/resume-figures.ts';
import type { LoadedNow } from './chains.ts';
import type { Growth } from '../growth.ts';
import type { ChainPair, LoadedChains, Outcome, RefusalsByLoader, Subject } from '../judgement.ts';
import type { Trial, Trials } from '../trials.ts';

interface Judged extends LoadedNow {
  readonly graph: ConversationGraph;
  /** With all repairs of high confidence. */
  readonly repaired: Trial;
}

export function judgeOutcome({ loaders }: Subject, { graph, now, inForce, repaired }: Judged, trials: Trials): Outcome {
  const after = repaired === trials.inForce ? inForce : trials.chains(repaired);
  return {
    resume: resumeFigures(loaders, { now, withRepairs: inForce, repaired: after }, countMessages(repaired.graph)),
    compaction: compactionFigures(graph, repaired.chain, [trials.now.chain, trials.inForce.chain]),
    refusals: refusalsLater(loaders, { graph: trials.now.graph, chains: now }, { graph: repaired.graph, chains: after }),
    loaded: loadedLater(loaders, { graph: trials.now.graph, chains: now }, { graph: repaired.graph, chains: after }),
  };
}

interface Loaded {
  readonly graph: ConversationGraph;
  readonly chains: ChainsByLoader;
}

function refusalsLater({ list }: Loaders, now: Loaded, repaired: Loaded): () => RefusalsByLoader {
  return () => new Map(list.map((loader) => [loader.id, { now: refusalsOf(loader, now), repaired: refusalsOf(loader, repaired) }]));
}

function refusalsOf(loader: Loader, { graph, chains }: Loaded): Refusal[] {
  const chain = chains.get(loader.id);
  return chain === undefined ? [] : loader.refusals(graph, loader.request(graph, chain));
}

/** Of its own, so that it holds these and nothing else that was tried. */
function loadedLater({ list }: Loaders, now: Loaded, repaired: Loaded): () => LoadedChains {
  const pair = (id: LoaderId): ChainPair => ({ now: uuidsOf(now, id), repaired: uuidsOf(repaired, id) });
  return () => new Map(list.map(({ id }) => [id, pair(id)]));
}

function uuidsOf({ graph: { index }, chains }: Loaded, id: LoaderId): string[] {
  return chains.get(id)?.visible.map((record) => index.uuidText(record)) ?? [];
}

/** Each message that was appended is there to be loaded in any case; compactions stay what they are. */
export function growOutcome({ before: { resume }, tail }: Growth): Pick<Outcome, 'resume'> {
  return { resume: grownResumeFigures(resume, resume.total + tail.messages, (loader) => tail.visibleTo(loader)) };
}
