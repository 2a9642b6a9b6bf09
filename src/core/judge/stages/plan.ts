import { actionsOf, type Diagnosis, type ScoredAction } from '../../findings/finding.ts';
import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { plannedLink, type PlannedLink } from '../../repair/links.ts';
import type { Growth } from '../growth.ts';
import type { JudgedPlan, PlannedAction } from '../judgement.ts';
import type { Trial, Trials } from '../trials.ts';

/** What a plan is made of. */
export interface Planned {
  readonly diagnoses: readonly Diagnosis[];
  readonly whole: ConversationGraph;
  readonly links: readonly PlannedLink[];
  /** Per record whose own parent can be put back: how. */
  readonly restorations: ReadonlyMap<number, ScoredAction>;
}

/** @returns besides the plan the session with all of its repairs of high confidence */
export function judgePlan(planned: Planned, trials: Trials): JudgedPlan & { readonly repaired: Trial } {
  const plan = planOf(planned);
  const high = plan.filter(({ chosen }) => chosen.confidence === 'high').flatMap(({ chosen }) => actionsOf(chosen));
  return { plan, repaired: trials.with(high) };
}

export function growPlan({ before, grown }: Growth): JudgedPlan {
  return { plan: grown.diagnoses === before.diagnoses ? before.plan : planOf(grown) };
}

/** The best repair of each finding, in file order. A record that several orphans miss is put back once. */
function planOf({ diagnoses, whole, links, restorations }: Planned): PlannedAction[] {
  const bestOf = bestActions(whole, links, restorations);
  const plan: PlannedAction[] = [];
  const restored = new Set<string>();
  const linked = new Set<string>();
  for (const diagnosis of [...diagnoses].sort((a, b) => a.finding.line - b.finding.line)) {
    const chosen = bestOf(diagnosis);
    if (chosen === undefined) continue;
    if (chosen.action.kind === 'restore') {
      if (restored.has(chosen.action.uuid)) continue;
      restored.add(chosen.action.uuid);
    }
    if (chosen.action.kind === 'reparent') {
      // One record may have two findings; it gets one parent.
      const records = actionsOf(chosen).flatMap((action) => (action.kind === 'reparent' ? [action.uuid] : []));
      if (records.some((uuid) => linked.has(uuid))) continue;
      records.forEach((uuid) => linked.add(uuid));
    }
    plan.push({ finding: diagnosis.finding, chosen });
  }
  return plan;
}

/** What was chosen for a finding: its own record put back, else the link of the plan, else what the detector proposes first. */
function bestActions(
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
