import type { Finding, ResumeEffect, Severity } from '../findings/finding.ts';
import type { ProposedRepair } from './proposals.ts';

/** Messages a resume loads by the documented loader. The log never changes the file, hence the two figures for now. */
export interface ResumeFigures {
  /** Of the file as it stands. */
  readonly now: number;
  /** Of a copy written with the repairs in force, damaged lines split; equals `now` for a healthy session. */
  readonly withRepairs: number;
  /** After all high-confidence repairs besides. */
  readonly repaired: number;
  /** Of how many. */
  readonly total: number;
  /** The same for today's client, which goes its own way at gaps and at the end of the file. */
  readonly client: { readonly now: number; readonly withRepairs: number; readonly repaired: number };
}

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
  'prompt' | 'user' | 'tool_result' | 'assistant' | 'system' | 'progress' | 'attachment' | 'boundary' | 'summary' | 'other';

/** One row of the graph, without lanes. */
export interface GraphRow {
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
  readonly lane: number;
  /** Row of the effective parent; -1 for a root, -2 for an orphan. */
  readonly parentRow: number;
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
  readonly onResumeChain: boolean;
  readonly sidechain: boolean;
  readonly severity: Severity | null;
  readonly findings: readonly string[];
  /** An event of the log changed this row's parent, or put this row in. */
  readonly repaired: boolean;
  /** Row of the best suggestion's parent, for the dashed edge; null where there is none. */
  readonly suggestedRow: number | null;
  /** Where two positions of the log are compared: what is another in this row. */
  readonly change?: RowChange;
}

/** What is another in a row than at the position of the log that it is compared with. */
export interface RowChange {
  /** Its record is not there at the other position. */
  readonly added: boolean;
  readonly parent: boolean;
  /** Row of the parent at the other position; null where that is the same, none, or not in the graph. */
  readonly oldParentRow: number | null;
  /** Whether a resume of a repaired copy loads it here and not there, or the other way round. */
  readonly reach: 'gained' | 'lost' | null;
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
  /** Content blocks as plain text, untrusted, each cut at 20,000 characters. */
  readonly blocks: readonly { readonly type: string; readonly title: string; readonly text: string }[];
  /** The record's line, cut at 100,000 characters. */
  readonly raw: string;
  readonly onResumeChain: boolean;
  /** Whether that chain is the one of a repaired copy, not of the file as it stands. */
  readonly chainIsOfCopy: boolean;
  readonly findings: readonly Finding[];
}

/** Ordered repairs with the simulated resume before and after. */
export interface RepairPlan {
  readonly repairs: readonly ProposedRepair[];
  readonly effect: ResumeEffect;
}
