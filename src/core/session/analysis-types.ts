import type { FoldKind } from '../arrangement/folds.ts';
import type { Finding, Proposal, Severity } from '../findings/finding.ts';
import type { ResumeEffect, ResumeFigures } from '../loaders/resume-figures.ts';
import type { ChosenByUser } from './ends.ts';
import type { TokenTotals } from '../judge/judgement.ts';
import type { RowTokens, TextBlock } from './record-text.ts';

/** What every surface shows of a session at a glance. */
export interface SessionSummary {
  /** ByteSource.name. */
  readonly path: string;
  readonly sessionId: string;
  readonly bytes: number;
  /** Physical lines, a torn last one included. */
  readonly lines: number;
  /** JSON objects that could be read, recovered ones included. */
  readonly records: number;
  /** User and assistant records. */
  readonly messages: number;
  /** Rows of the graph: records that carry a uuid. */
  readonly rows: number;
  readonly resume: ResumeFigures;
  readonly tokens: TokenTotals;
  readonly compactions: number;
  /**
   * Of `resume.total`: messages above the last compaction that no resume loads, repaired or not, because a summary stands for them.
   * 0 when the repaired chain does not start at that compaction.
   */
  readonly beforeCompaction: number;
  readonly findings: Readonly<Record<Severity, number>>;
  /** Repairs of the log that are in force in this view. */
  readonly activeRepairs: number;
  /** Findings whose best suggestion is of high confidence: what "repair all" makes. */
  readonly safeRepairs: number;
  readonly agentVersion: string | null;
  readonly gitBranch: string | null;
  /** ISO 8601, of the first and last record that has one. */
  readonly firstTimestamp: string | null;
  readonly lastTimestamp: string | null;
  /** Sentences about what could not be read; empty when all was. Said to the user as they stand. */
  readonly notices: readonly string[];
}

/** What a row is, for icon and colour. */
export type RowKind =
  | 'prompt'
  | 'user'
  | 'tool_result'
  | 'assistant'
  | 'system'
  | 'progress'
  | 'attachment'
  | 'boundary'
  | 'summary'
  | 'other';

/** One record as lists show it. */
export interface RecordRow {
  /** 0-based, in file order, over records that carry a uuid. */
  readonly row: number;
  readonly uuid: string;
  /** 1-based. */
  readonly line: number;
  readonly kind: RowKind;
  /** What a person would call it: "user", "assistant", "tool result", "Stop hook" … */
  readonly label: string;
  /** First words of the text, single line, at most 200 characters, untrusted. */
  readonly text: string;
  readonly tools: readonly string[];
  /** ISO 8601 or null. */
  readonly timestamp: string | null;
  /** Of the request that an answer was for; null where the file does not say. */
  readonly tokens: RowTokens | null;
  readonly sidechain: boolean;
  readonly onResumeChain: boolean;
  /** The worst of its findings. */
  readonly severity: Severity | null;
  /** Ids. */
  readonly findings: readonly string[];
  /** An event of the log changed this row's parent, or put this row in. */
  readonly repaired: boolean;
}

/** What is folded into a row of a graph, and what could be. */
export interface RowFold {
  /** What opening opens first; null when nothing is closed. */
  readonly opens: FoldName | null;
  /** What closing closes first; null when nothing more can be. */
  readonly closes: FoldName | null;
  /** Rows folded away into this one. */
  readonly hidden: number;
}

/** As `FoldKind`; a branch of a subagent's sidechain has a name of its own. */
export type FoldName = FoldKind | 'sidechain';

/** One row of a graph: a record, or several that are folded into it, whose findings and repairs are then those of all. */
export interface GraphRow extends Omit<RecordRow, 'row'> {
  /** 0-based place among the rows that the graph shows. */
  readonly row: number;
  readonly lane: number;
  /** Row of the effective parent, or the nearest shown above it; -1 for a root, -2 for an orphan. */
  readonly parentRow: number;
  /** Whether rows that a filter hides lie between this row and `parentRow`. */
  readonly gap: boolean;
  /** Whether the parent is so far above that the edge to it is only begun. */
  readonly far: boolean;
  /** Lanes that pass through this row from above to below, this row's own excluded. */
  readonly passing: readonly number[];
  /** Lanes of children below that start here (fork) besides the own lane. */
  readonly opens: readonly number[];
  /** Whether the own lane continues below this row. */
  readonly continues: boolean;
  /** Whether the edge from above to this row links two records that a resume loads. */
  readonly chainAbove: boolean;
  /** Lanes that leave this row below (passing, opening or the own one) on such an edge. */
  readonly chainBelow: readonly number[];
  /** Row of the best suggestion's parent, for the dashed edge; null where there is none. */
  readonly suggestedRow: number | null;
  /** Null where nothing folds. */
  readonly fold: RowFold | null;
  /** Whether what was looked for is in this row. */
  readonly found: boolean;
  /** Whether the row belongs to an unfolded message whose first record is above. */
  readonly inMessage: boolean;
  /** Where two positions of the log are compared: what is another in this row. */
  readonly change?: RowChange;
}

/** What is another in a row, or in one that is folded into it, than at the position of the log that it is compared with. */
export interface RowChange {
  /** Its record is not there at the other position. */
  readonly added: boolean;
  readonly parent: boolean;
  /** Row of the parent at the other position; null where that is the same, none, or not in the graph. */
  readonly oldParentRow: number | null;
  /** A resume of a repaired copy loads it here and not there. */
  readonly gained: boolean;
  /** The other way round. */
  readonly lost: boolean;
}

/** A part of a message, with the record that holds it. */
export interface DetailBlock extends TextBlock {
  readonly uuid: string;
  readonly line: number;
  /** The record with the result of this call, or with the call of this result. */
  readonly counterpart: { readonly uuid: string; readonly line: number } | null;
  /** The subagent that a call started, where it has a file of its own, and the messages in that. */
  readonly agent: { readonly id: string; readonly messages: number } | null;
}

/** Everything about one record, for details and hovers. */
export interface RecordDetail {
  readonly uuid: string;
  readonly row: number;
  readonly line: number;
  readonly type: string;
  readonly label: string;
  readonly timestamp: string | null;
  /** As in the file. */
  readonly fileParentUuid: string | null;
  /** After the repairs in force. */
  readonly parentUuid: string | null;
  readonly parentLine: number | null;
  readonly children: readonly { readonly uuid: string; readonly line: number; readonly label: string }[];
  /** Content blocks of all records of its message, untrusted, each cut at 20,000 characters. */
  readonly blocks: readonly DetailBlock[];
  /** The record's line, cut at 100,000 characters. */
  readonly raw: string;
  readonly onResumeChain: boolean;
  /** Whether that chain is the one of a repaired copy, not of the file as it stands. */
  readonly chainIsOfCopy: boolean;
  readonly findings: readonly Finding[];
}

/** One repair of a plan whose effect is known of the whole plan alone. */
export interface ProposedRepair {
  /** Why; where the user chose it, no detector's. */
  readonly finding: Finding | ChosenByUser;
  readonly suggestion: Proposal;
}

/** Ordered repairs with the simulated resume before and after. */
export interface RepairPlan {
  readonly repairs: readonly ProposedRepair[];
  readonly effect: ResumeEffect;
}
