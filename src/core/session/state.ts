import { diagnose } from '../findings/detect.ts';
import { replayRemovals } from '../findings/identity.ts';
import type { Diagnosis, Finding, ScoredAction } from '../findings/finding.ts';
import type { Elsewhere } from '../findings/orphans.ts';
import { ConversationGraph } from '../graph/conversation-graph.ts';
import { compactionFigures, type CompactionFigures } from '../loaders/compaction.ts';
import { primaryLoader, type ChainsByLoader, type Loader, type LoaderId, type Loaders } from '../loaders/loader.ts';
import { resumeFigures, type ResumeFigures } from '../loaders/resume-figures.ts';
import { countMessages, marksOf, type ResumeChain } from '../loaders/resume-chain.ts';
import { lastTouched } from '../repair/last-touched.ts';
import { planLinks, type PlannedLink } from '../repair/plan.ts';
import { NO_REPAIRS, withActions, type RepairAction, type Repairs } from '../graph/repairs.ts';
import {
  isSafeLink,
  linkActions,
  planOf,
  plannedLink,
  restorationsOf,
  splitsOf,
  withoutSureLosses,
  type PlannedAction,
} from '../repair/session-plan.ts';
import { ToolPairs } from '../graph/tool-pairs.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import { figuresOf, type Figures } from './figures.ts';
import type { LoadedChains } from './judgement/session-judgement.ts';
import { RecentTexts } from './recent-texts.ts';
import { CORE_SEVERITIES, withSeverities, type Severities } from './severities.ts';
import { TailOnce } from './tail.ts';

/** All that follows from a transcript and the repairs in force. Made anew when either changes. */
export interface SessionState {
  /** Of the file alone. */
  readonly file: TranscriptIndex;
  /** With the records that repairs put in. */
  readonly index: TranscriptIndex;
  readonly repairs: Repairs;
  readonly elsewhere: Elsewhere;
  readonly sessionId: string;
  /** What the session is judged by. */
  readonly loaders: Loaders;
  /** With the repairs in force. */
  readonly graph: ConversationGraph;
  /** With all that can be put back and taken apart besides: where links are looked for. */
  readonly whole: ConversationGraph;
  readonly pairs: ToolPairs;
  /** The best link for each broken record, of any confidence. */
  readonly links: readonly PlannedLink[];
  /** Per record whose own parent can be put back: how. */
  readonly restorations: ReadonlyMap<number, ScoredAction>;
  /** The best repair for each finding that has one, of any confidence, in file order. */
  readonly plan: readonly PlannedAction[];
  /** Messages, tokens and times of the file. */
  readonly figures: Figures;
  readonly resume: ResumeFigures;
  readonly compaction: CompactionFigures;
  /** What each loader loads; told in uuids when somebody asks, since that costs as much as a graph. */
  readonly loaded: () => LoadedChains;
  /** 1 for records on the chain with the repairs in force. */
  readonly onChain: Uint8Array;
  readonly diagnoses: readonly Diagnosis[];
  readonly findings: readonly Finding[];
  readonly findingsOfRecord: ReadonlyMap<number, readonly Finding[]>;
  /** Records shown as rows, and the row of each record (-1). */
  readonly rows: Uint32Array;
  readonly rowOfRecord: Int32Array;
  /** The same object in all states that were grown from one: of the records that it had each has what it had, but for loading and findings. */
  readonly origin: { readonly recent: RecentTexts };
  /** What a record that is appended may continue without changing anything before it; null when that is not to be said. */
  readonly tip: Tip | null;
  /** Has read the file up to its end, where the session has grown before. */
  readonly tail: TailOnce;
}

/** Where a session goes on. */
export interface Tip {
  /** The record that each resume which was simulated continues from, by loader: with and without repairs the same. */
  readonly leaves: ReadonlyMap<LoaderId, number>;
  /** No finding, and no repair in force or to come, concerns a line behind this one; only how the session ends. */
  readonly quietFrom: number;
}

/**
 * @param file index of a transcript
 * @param loaders what the session is judged by
 * @param elsewhere records of sibling files that this transcript names as parents
 * @param severities what the user wants to see of the findings: what is off is not repaired either
 */
export function deriveState(
  file: TranscriptIndex,
  repairs: Repairs,
  elsewhere: Elsewhere,
  sessionId: string,
  loaders: Loaders,
  severities: Severities = CORE_SEVERITIES,
): SessionState {
  const ends = new Ends(loaders);
  const asItStands = ConversationGraph.of(file);
  const now = ends.primary(asItStands);
  const graph = repairs === NO_REPAIRS ? asItStands : ConversationGraph.of(file, repairs);
  const inForce = graph === asItStands ? now : ends.primary(graph);
  const repair = new Repairing(file, repairs, { graph, chain: inForce }, ends);

  const restorations = restorationsOf(graph, elsewhere, sessionId);
  const restored = [...splitsOf(graph), ...[...restorations.values()].map(({ action }) => action)];
  const replays = replayRemovals(graph);
  const { lossless, whole, pairs, links, sureLinks, sureActions, sure } = surePlan(repair, restored, replays, elsewhere);
  const mended = links.length === sureLinks.length ? sure : repair.linked(whole, lossless, links);
  // Branches are judged without what was written twice: a second writing is no branch.
  const single = replays.length === 0 ? sure : repair.with([...sureActions, ...replays]);
  const all = diagnose({
    graph,
    sure: single.graph,
    sureChain: single.chain,
    mended: mended.graph,
    mendedChain: mended.chain,
    pairs,
    elsewhere,
  });
  const wanted = wantedOf(all, repairs, severities);
  const diagnoses = withoutSureLosses(wanted, sureActions, (actions) => repair.gaining(sureActions, actions).length === 0);
  const plan = planOf(diagnoses, bestActions(whole.graph, links, restorations));
  const high = plan.filter(({ chosen }) => chosen.confidence === 'high').map(({ chosen }) => chosen.action);
  const repaired = repair.with(high);
  const chainsNow = ends.all(asItStands, now);
  const chainsInForce = graph === asItStands ? chainsNow : ends.all(graph, inForce);
  const chains = {
    now: chainsNow,
    withRepairs: chainsInForce,
    repaired: repaired.graph === graph ? chainsInForce : ends.all(repaired.graph, repaired.chain),
  };

  const { index } = graph;
  const onChain = marksOf(inForce, index.count);
  const findings = diagnoses.map(({ finding }) => finding);
  const rows = index.graphRecords();
  const rowOfRecord = new Int32Array(index.count).fill(-1);
  for (let row = 0; row < rows.length; row++) rowOfRecord[rows[row]!] = row;
  return {
    file,
    index,
    repairs,
    elsewhere,
    sessionId,
    loaders,
    graph,
    whole: whole.graph,
    pairs,
    links,
    restorations,
    plan,
    figures: figuresOf(file, index),
    resume: resumeFigures(loaders, chains, countMessages(repaired.graph)),
    compaction: compactionFigures(graph, repaired.chain, [now, inForce]),
    loaded: () =>
      new Map(
        loaders.list.map(({ id }) => [
          id,
          { now: uuidsOf(asItStands, chains.now.get(id)), repaired: uuidsOf(repaired.graph, chains.repaired.get(id)) },
        ]),
      ),
    onChain,
    diagnoses,
    findings,
    findingsOfRecord: byRecord(graph, findings),
    rows,
    rowOfRecord,
    origin: { recent: new RecentTexts() },
    tip: ends.tip(lastTouched(graph, all, links, repairs)),
    tail: new TailOnce(null),
  };
}

/** What the user wants to see of the diagnoses. */
export function wantedOf(all: readonly Diagnosis[], repairs: Repairs, severities: Severities): readonly Diagnosis[] {
  return withSeverities(
    all.filter(({ finding }) => !repairs.ignored.includes(finding.id)),
    severities,
  );
}

/** Whether an event of the log changed this record's parent, or put the record in. */
export function isRepaired({ graph, index }: SessionState, record: number): boolean {
  return graph.overridden[record] === 1 || record >= index.fileCount;
}

/** What is sure to be right, and the links that it takes. */
interface SurePlan {
  /** Nothing is lost by these: records put back, lines taken apart, what was written twice left out. */
  readonly lossless: readonly RepairAction[];
  readonly whole: Simulated;
  readonly pairs: ToolPairs;
  readonly links: readonly PlannedLink[];
  readonly sureLinks: readonly PlannedLink[];
  readonly sureActions: readonly RepairAction[];
  readonly sure: Simulated;
}

/** Leaves out what was written twice where a resume then loads no less: at once, or when the links that this shows are made. */
function surePlan(repair: Repairing, restored: readonly RepairAction[], replays: readonly RepairAction[], elsewhere: Elsewhere): SurePlan {
  const gaining = repair.gaining(restored, replays);
  const plan = linked(repair, [...restored, ...gaining], elsewhere);
  if (gaining.length === replays.length) return plan;
  const without = linked(repair, [...restored, ...replays], elsewhere);
  return repair.loadsNoLess(without.sure, plan.sure) ? without : plan;
}

function linked(repair: Repairing, lossless: readonly RepairAction[], elsewhere: Elsewhere): SurePlan {
  const whole = repair.with(lossless);
  const pairs = new ToolPairs(whole.graph.index);
  const links = planLinks(whole.graph, pairs, elsewhere);
  const sureLinks = links.filter(isSafeLink);
  const sureActions = [...lossless, ...linkActions(whole.graph, sureLinks)];
  return { lossless, whole, pairs, links, sureLinks, sureActions, sure: repair.linked(whole, lossless, sureLinks) };
}

/** A graph and what a resume of it loads. */
interface Simulated {
  readonly graph: ConversationGraph;
  readonly chain: ResumeChain;
}

/** Lays further repairs over those in force; the same ones are laid over once. */
class Repairing {
  private readonly file: TranscriptIndex;
  private readonly repairs: Repairs;
  private readonly nothing: Simulated;
  private readonly ends: Ends;
  private last: { readonly key: string; readonly simulated: Simulated } | null = null;

  /** @param nothing with the repairs in force alone; @param ends told of each simulation */
  constructor(file: TranscriptIndex, repairs: Repairs, nothing: Simulated, ends: Ends) {
    this.file = file;
    this.repairs = repairs;
    this.nothing = nothing;
    this.ends = ends;
  }

  /** By every loader. */
  loadsNoLess(after: Simulated, before: Simulated): boolean {
    if (after.chain.visible.length < before.chain.visible.length) return false;
    if (after === before) return true;
    return this.ends.others.every(
      (loader) => this.ends.chain(loader, after.graph).visible.length >= this.ends.chain(loader, before.graph).visible.length,
    );
  }

  /** The further actions, when a resume with them loads at least as much as without, by every loader. */
  gaining(base: readonly RepairAction[], further: readonly RepairAction[]): readonly RepairAction[] {
    if (further.length === 0) return further;
    const before = this.with(base);
    return this.loadsNoLess(this.with([...base, ...further]), before) ? further : [];
  }

  /**
   * With links besides what was laid over already.
   * @param whole with the actions in `lossless`
   */
  linked(whole: Simulated, lossless: readonly RepairAction[], links: readonly PlannedLink[]): Simulated {
    if (links.length === 0) return whole;
    // What is bypassed or put in gives its children new parents after all links are made: then all has to be laid over again.
    const { inserted, bypassed } = this.repairs;
    if (inserted.length > 0 || bypassed.length > 0) return this.with([...lossless, ...linkActions(whole.graph, links)]);
    const graph = whole.graph.withParents(links.map(({ record, candidate }) => ({ record, parent: candidate.parent })));
    return { graph, chain: this.ends.primary(graph) };
  }

  with(actions: readonly RepairAction[]): Simulated {
    if (actions.length === 0) return this.nothing;
    const repairs = withActions(this.repairs, actions);
    const key = JSON.stringify(repairs);
    if (this.last?.key === key) return this.last.simulated;
    const graph = ConversationGraph.of(this.file, repairs);
    const simulated = { graph, chain: this.ends.primary(graph) };
    this.last = { key, simulated };
    return simulated;
  }
}

/** Simulates resumes and notes where they go on from. */
class Ends {
  readonly others: readonly Loader[];
  private readonly first: Loader;
  private readonly leaves: ReadonlyMap<LoaderId, Set<number>>;

  constructor(loaders: Loaders) {
    this.first = primaryLoader(loaders);
    this.others = loaders.list.filter(({ id }) => id !== loaders.primary);
    this.leaves = new Map(loaders.list.map(({ id }) => [id, new Set()]));
  }

  primary(graph: ConversationGraph): ResumeChain {
    return this.chain(this.first, graph);
  }

  chain(loader: Loader, graph: ConversationGraph): ResumeChain {
    const chain = loader.chain(graph);
    this.leaves.get(loader.id)?.add(chain.leaf);
    return chain;
  }

  /** @param primary what the primary loader loads of the graph */
  all(graph: ConversationGraph, primary: ResumeChain): ChainsByLoader {
    return new Map([[this.first.id, primary], ...this.others.map((loader) => [loader.id, this.chain(loader, graph)] as const)]);
  }

  /** @param quietFrom as in `Tip`; @returns null where not all resumes of a loader go on from one record */
  tip(quietFrom: number): Tip | null {
    const leaves = new Map<LoaderId, number>();
    for (const [id, [leaf, ...further]] of this.leaves) {
      if (leaf === undefined || further.length > 0) return null;
      leaves.set(id, leaf);
    }
    return { leaves, quietFrom };
  }
}

/** What was chosen for a finding: its own record put back, else the link of the plan, else what the detector proposes first. */
export function bestActions(
  graph: ConversationGraph,
  links: readonly PlannedLink[],
  restorations: ReadonlyMap<number, ScoredAction>,
): (diagnosis: Diagnosis) => ScoredAction | undefined {
  const linkOf = new Map(links.map((link) => [link.record, link]));
  return ({ finding, actions }) => {
    if (!finding.repairable || actions.length > 0 || finding.uuid === null) return actions[0];
    const record = graph.recordNamed(finding.uuid);
    const link = linkOf.get(record);
    return restorations.get(record) ?? (link === undefined ? undefined : plannedLink(graph, link));
  };
}

function uuidsOf({ index }: ConversationGraph, chain: ResumeChain | undefined): string[] {
  return chain?.visible.map((record) => index.uuidText(record)) ?? [];
}

export function byRecord(graph: ConversationGraph, findings: readonly Finding[]): Map<number, Finding[]> {
  const map = new Map<number, Finding[]>();
  for (const finding of findings) {
    const record = finding.uuid === null ? -1 : graph.recordNamed(finding.uuid);
    if (record < 0) continue;
    const list = map.get(record);
    if (list === undefined) map.set(record, [finding]);
    else list.push(finding);
  }
  return map;
}
