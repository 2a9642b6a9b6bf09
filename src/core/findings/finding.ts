import type { ResumeEffect } from '../loaders/resume-figures.ts';
import type { RepairAction, RepairKind } from '../graph/repairs.ts';

/** How much a finding matters. `info` never changes an exit status. */
export type Severity = 'error' | 'warning' | 'info';

/** How sure a suggestion is: `high` applies in one click and in bulk; the others ask. */
export type Confidence = 'high' | 'medium' | 'low';

const CONFIDENCE_RANK: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 };

/** Whether one confidence is at least another. */
export function isAtLeast(confidence: Confidence, minimum: Confidence): boolean {
  return CONFIDENCE_RANK[confidence] >= CONFIDENCE_RANK[minimum];
}

/** The stable codes of findings; docs/findings.md says what each means. */
export const FINDING_CODES = [
  'orphan-parent-missing',
  'orphan-record-elsewhere',
  'parent-in-other-session',
  'hook-record-dangling',
  'session-sliced',
  'prompt-under-agent',
  'branches-compete',
  'stale-graft',
  'compaction-without-summary',
  'summary-unusable',
  'summary-passed-by',
  'answer-passed-by',
  'end-pinned',
  'prompt-never-sent',
  'tool-result-missing',
  'tool-call-missing',
  'tool-id-repeated',
  'history-replayed',
  'uuid-reused',
  'parent-cycle',
  'message-repeated',
  'line-unreadable',
  'line-torn',
  'line-spliced',
  'line-concatenated',
  'line-nul-bytes',
  'line-broken',
  'line-spread',
  'line-escapes',
  'file-encoding',
  'line-oversize',
  'byte-order-mark',
  'lone-surrogate',
  'nul-in-content',
  'api-error-at-end',
  'attachment-malformed',
  'thinking-at-end',
  'server-tool-parted',
  'pictures-refused',
  'request-refused',
  'request-too-large',
  'session-stub',
  'not-a-session',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** One detected problem. */
export interface Finding {
  /** Stable within one analysis and across re-analyses of unchanged places: `code:uuid` or `code:line`. */
  readonly id: string;
  readonly code: FindingCode;
  readonly severity: Severity;
  /** 1-based line in the transcript. */
  readonly line: number;
  /** The record it is about; null where none could be read. */
  readonly uuid: string | null;
  /** The parent that is missing, for orphans. */
  readonly parentUuid: string | null;
  /** One or two plain sentences. */
  readonly message: string;
  /** Whether `SessionAnalysis.suggestions` has something to offer. */
  readonly repairable: boolean;
}

/** One way to repair a finding, not simulated. */
export interface ScoredAction {
  readonly action: RepairAction;
  /** What is done besides: only together they are the repair. */
  readonly further?: readonly RepairAction[];
  /** 0 to 1; orders the actions of one finding. */
  readonly score: number;
  readonly confidence: Confidence;
  /** Why, in plain words, strongest first. */
  readonly reasons: readonly string[];
}

/** All that a repair does. */
export function actionsOf({ action, further = [] }: Pick<ScoredAction, 'action' | 'further'>): readonly RepairAction[] {
  return [action, ...further];
}

/** A finding with the ways to repair it that are known without searching. */
export interface Diagnosis {
  readonly finding: Finding;
  /** Best first. */
  readonly actions: readonly ScoredAction[];
}

const SEVERITY_RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Orders diagnoses: the most severe first, then by line. */
export function bySeverity({ finding: a }: Diagnosis, { finding: b }: Diagnosis): number {
  return SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || a.line - b.line;
}

/** One way to repair a finding. */
export interface Suggestion {
  readonly kind: RepairKind;
  readonly action: RepairAction;
  /** What is done besides: only together they are the repair. Each is an event of its own. */
  readonly further?: readonly RepairAction[];
  /** uuid of the record that the repair hangs something under; null where it makes a root or names no parent. */
  readonly newParent: string | null;
  /** 1-based line of the new parent, for people. */
  readonly newParentLine: number | null;
  /** 0 to 1; orders suggestions of one finding. */
  readonly score: number;
  readonly confidence: Confidence;
  /** Why, in plain words, strongest first. */
  readonly reasons: readonly string[];
  /** Simulated before it is offered: this repair alone. */
  readonly effect: ResumeEffect;
  /** Messages a resume loads when the best repairs of all other findings are applied too. */
  readonly afterAll: number;
}

/** A suggestion that was not simulated: all that a list over many findings can afford. */
export type Proposal = Omit<Suggestion, 'effect' | 'afterAll'>;
