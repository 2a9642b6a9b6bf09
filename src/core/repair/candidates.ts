import type { Confidence } from '../findings/finding.ts';
import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import { Clues } from './clues.ts';
import type { Components } from './components.ts';
import { LostParent, type Proposal } from './lost-parent.ts';
import type { Before } from './places.ts';
import type { ToolPairs } from '../graph/tool-pairs.ts';

/** A possible new parent of an orphan, not yet simulated. */
export interface Candidate {
  /** A record, or ROOT. */
  readonly parent: number;
  /** 0 to 1. */
  readonly score: number;
  readonly confidence: Confidence;
  readonly reasons: readonly string[];
  /**
   * The place may not be known for sure, but no other one would make a resume load more: it is the last of the conversation before
   * what was lost, and nothing else continues it. Only where a step back of a person cannot have been lost with it.
   */
  readonly loadsMost: boolean;
}

/** A parent written later than its child by more than this is doubtful. Milliseconds. */
const LATER_TOLERANCE = 1000;
const MOST_CANDIDATES = 5;

/**
 * Possible parents of an orphan, best first. Structure decides: ids that name the parent, then the place in the file within the
 * stretch since the last compaction. docs/repair-quality.md has the measured shares.
 *
 * A candidate is never a hook's or tool's progress record, a subagent's record, one that hangs under the orphan itself, or a
 * record before the last compaction, unless the compaction kept it and the orphan was written before it too.
 * @param clues of this graph; pass them when asking for many orphans
 */
export function candidatesFor(
  graph: ConversationGraph,
  pairs: ToolPairs,
  components: Components,
  orphan: number,
  clues: Clues = new Clues(graph, pairs),
): Candidate[] {
  const search = new LostParent(clues, components, orphan);
  const ruled = search.proposals();
  return ranked(clues, search, orphan, ruled.length === 0 ? [] : [...ruled, ...guesses(clues, search, orphan, ruled)]);
}

/** The best candidate alone, found without looking for places that could only be guesses: cheap enough for every orphan. */
export function bestCandidate(
  graph: ConversationGraph,
  pairs: ToolPairs,
  components: Components,
  orphan: number,
  clues: Clues = new Clues(graph, pairs),
): Candidate | undefined {
  const search = new LostParent(clues, components, orphan);
  return ranked(clues, search, orphan, search.proposals())[0];
}

/** Places a person might know to be right, never better than a guess, and always behind what a rule says. */
function guesses(clues: Clues, search: LostParent, orphan: number, ruled: readonly Proposal[]): Proposal[] {
  const { places } = clues;
  const sources: readonly (readonly [number, Before, string])[] = [
    [0.5, places.openEnd, 'It is the nearest record before this one that nothing continues.'],
    [0.4, places.assistantText, 'It is the last text of the assistant before this record.'],
    [0.3, places.prompt, 'It is the last prompt before this record.'],
  ];
  const known = new Set(ruled.map((proposal) => proposal.parent));
  const found: Proposal[] = [];
  for (const [score, chain, reason] of sources) {
    const parent = search.nearest(chain, orphan);
    if (parent < 0 || known.has(parent)) continue;
    known.add(parent);
    found.push({ parent, score, reason, certainty: 'guess' });
  }
  return found;
}

function ranked(clues: Clues, search: LostParent, orphan: number, proposals: readonly Proposal[]): Candidate[] {
  const byParent = new Map<number, Proposal[]>();
  for (const proposal of proposals) {
    const same = byParent.get(proposal.parent);
    if (same === undefined) byParent.set(proposal.parent, [proposal]);
    else same.push(proposal);
  }
  // What speaks against a place lowers how sure it is, not which rule is the better one.
  const places = [...byParent.values()].map((same) => [...same].sort((a, b) => b.score - a.score));
  places.sort((a, b) => b[0]!.score - a[0]!.score || b[0]!.parent - a[0]!.parent);
  return places.slice(0, MOST_CANDIDATES).map((same, rank) => judge(clues, search, orphan, same, rank));
}

/** @param same what proposed one place, best first */
function judge(clues: Clues, search: LostParent, orphan: number, same: readonly Proposal[], rank: number): Candidate {
  const best = same[0]!;
  const reasons = same.map((proposal) => proposal.reason);
  const isOpen = isOpenEnd(clues, best.parent);
  const doubts = doubtsOf(clues, search, orphan, best.parent);
  if (isOpen) reasons.push('Nothing else continues it.');
  const loadsMost = rank === 0 && isOpen && doubts.length === 0 && search.isAmidTurn && search.isLast(best.parent);
  const certainty = rank > 0 && best.certainty === 'sure' ? 'likely' : best.certainty;
  return {
    parent: best.parent,
    score: Math.max(0, Math.round((best.score - (isOpen ? 0 : 0.015) - 0.1 * doubts.length) * 1000) / 1000),
    confidence: confidenceOf(certainty, isOpen, doubts),
    loadsMost,
    reasons: [...reasons, ...doubts.map((doubt) => doubt.text)],
  };
}

interface Doubt {
  readonly text: string;
  readonly isGrave: boolean;
}

function confidenceOf(certainty: Proposal['certainty'], isOpen: boolean, doubts: readonly Doubt[]): Confidence {
  if (certainty === 'guess' || doubts.some((doubt) => doubt.isGrave)) return 'low';
  return certainty === 'sure' && isOpen && doubts.length === 0 ? 'high' : 'medium';
}

function doubtsOf(clues: Clues, search: LostParent, orphan: number, parent: number): Doubt[] {
  const { graph, places, answers } = clues;
  const { columns } = graph.index;
  const doubts: Doubt[] = [];
  const doubt = (text: string, isGrave: boolean): void => void doubts.push({ text, isGrave });
  if (columns.time[parent]! > columns.time[orphan]! + LATER_TOLERANCE) doubt('But it was written later than this record.', false);
  const bothNamed = columns.session[parent]! >= 0 && columns.session[orphan]! >= 0;
  if (bothNamed && columns.session[parent] !== columns.session[orphan]) doubt('But it belongs to another session id.', false);
  if (parent < places.boundary[orphan]!) doubt('But a compaction lies between.', false);
  if (graph.index.isFlagged(orphan, FLAG.sidechain)) doubt('But this is a record of a subagent.', true);
  const around = search.answersAround(parent);
  const gone = 'But the model was asked with much less text after it: a compaction, or a step back, may be lost between.';
  if (answers.isContextGone(around.before, around.after)) doubt(gone, true);
  return doubts;
}

/** Nothing hangs under it but passing messages of hooks and tools, and the results of its own call. */
function isOpenEnd(clues: Clues, record: number): boolean {
  const { graph } = clues;
  const isCall = graph.index.columns.kind[record] === KIND.assistant && graph.index.isFlagged(record, FLAG.toolUse);
  for (const child of graph.childrenOf(record)) {
    if (graph.isMain(child) && !(isCall && graph.index.isFlagged(child, FLAG.toolResult))) return false;
  }
  return true;
}
