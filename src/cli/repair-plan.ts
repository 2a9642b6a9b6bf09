import type { Confidence, Finding } from '../core/findings/finding.ts';
import type { RepairEvent } from '../core/log/event.ts';
import type { ParentOverrides } from '../core/session/analysis-types.ts';
import type { ProposedRepair } from '../core/session/proposals.ts';
import type { SessionAnalysis } from '../core/session/session-analysis.ts';
import type { SessionLog } from './store-access.ts';

/** One repair as `riff repair --json` prints it. Scripts rely on every name here. */
export interface PlanEntry {
  readonly code: string;
  readonly kind: string;
  readonly uuid: string;
  /** 1-based line of the record that gets another parent. */
  readonly line: number;
  /** As the file has it. */
  readonly oldParent: string | null;
  readonly newParent: string | null;
  readonly confidence: string;
}

/** A repair of a plan, with what people are told besides. */
export interface PlannedEntry {
  readonly entry: PlanEntry;
  /** 1-based line of the new parent; null for a root, and where the parent is not in the file. */
  readonly parentLine: number | null;
  /** Whether the log has it already. */
  readonly isInForce: boolean;
}

/** What a repair does to one session. */
export interface SessionPlan {
  /** Repairs in force from the log, then new ones; each in file order. */
  readonly entries: readonly PlannedEntry[];
  /** Those to log now. */
  readonly additions: readonly ProposedRepair[];
  /** Repairs in force before. */
  readonly inForce: ParentOverrides;
  /** Messages a resume loads: of the file as it stands, of a repaired copy, of how many. */
  readonly resume: { readonly before: number; readonly after: number; readonly total: number };
  /** Findings that the plan leaves, in the file or in a copy that is not yet written. */
  readonly remaining: readonly Finding[];
}

/** Which repairs are wanted. */
export interface PlanChoice {
  readonly confidence: Confidence;
  /** Codes of findings; empty for all. */
  readonly only: readonly string[];
}

/**
 * Plans the repair of a session and lays all of it over the session: what is in force by the log, and what is new.
 * @param session as its file stands, without overrides
 */
export async function planRepair(session: SessionAnalysis, log: SessionLog, choice: PlanChoice): Promise<SessionPlan> {
  const before = (await session.summary()).resume.now;
  const inForce = log.state.overrides();
  const known = await entriesInForce(session, log, inForce);
  if (known.length > 0) await session.applyOverrides(inForce);
  const wanted = (repair: ProposedRepair): boolean => choice.only.length === 0 || choice.only.includes(repair.finding.code);
  const additions = (await session.proposedPlan(choice.confidence)).filter(wanted);
  if (additions.length > 0) await session.applyOverrides({ ...inForce, ...parentsOf(additions) });
  const { withRepairs, total } = (await session.summary()).resume;
  return {
    entries: [...known, ...additions.map(entryOf)],
    additions,
    inForce,
    resume: { before, after: withRepairs, total },
    remaining: await session.findings(),
  };
}

/** Parents of a plan's new repairs, as the analysis takes them. */
export function parentsOf(repairs: readonly ProposedRepair[]): ParentOverrides {
  return Object.fromEntries(
    repairs.flatMap(({ finding, suggestion }) => (finding.uuid === null ? [] : [[finding.uuid, suggestion.newParent]])),
  );
}

function entryOf({ finding, suggestion }: ProposedRepair): PlannedEntry {
  const entry: PlanEntry = {
    code: finding.code,
    kind: suggestion.kind,
    uuid: finding.uuid ?? '',
    line: finding.line,
    oldParent: finding.parentUuid,
    newParent: suggestion.newParent,
    confidence: suggestion.confidence,
  };
  return { entry, parentLine: suggestion.newParentLine, isInForce: false };
}

/** Repairs of the log that change something in this file: a file that was repaired in place has its new parents already. */
async function entriesInForce(session: SessionAnalysis, log: SessionLog, inForce: ParentOverrides): Promise<PlannedEntry[]> {
  const findings = new Map((await session.findings()).filter((finding) => finding.repairable).map((finding) => [finding.uuid, finding]));
  const entries: PlannedEntry[] = [];
  for (const [uuid, newParent] of Object.entries(inForce)) {
    const record = await session.record(uuid);
    if (record === null || record.fileParentUuid === newParent) continue;
    const event = log.state.parentEvent(uuid);
    const code = payloadText(event, 'finding') ?? findings.get(uuid)?.code ?? 'manual';
    const confidence = payloadText(event, 'confidence') ?? 'high';
    const entry: PlanEntry = { code, kind: 'reparent', uuid, line: record.line, oldParent: record.fileParentUuid, newParent, confidence };
    const parent = newParent === null ? null : await session.record(newParent);
    entries.push({ entry, parentLine: parent?.line ?? null, isInForce: true });
  }
  return entries.sort((a, b) => a.entry.line - b.entry.line);
}

function payloadText(event: RepairEvent | null, key: string): string | null {
  const value = event?.payload[key];
  return typeof value === 'string' ? value : null;
}
