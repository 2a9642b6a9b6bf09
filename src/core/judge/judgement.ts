import type { Diagnosis, Finding, ScoredAction } from '../findings/finding.ts';
import type { Elsewhere } from '../findings/orphans/orphans.ts';
import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { RepairAction, Repairs } from '../graph/repairs.ts';
import type { ToolPairs } from '../graph/tool-pairs.ts';
import type { CompactionFigures } from '../loaders/compaction.ts';
import type { LoaderId, Loaders } from '../loaders/loader.ts';
import type { Refusal } from '../loaders/request.ts';
import type { ResumeFigures } from '../loaders/resume-figures.ts';
import type { PlannedLink } from '../repair/links.ts';
import type { LosslessRepairs } from '../repair/lossless.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { Severities } from './severities.ts';
import type { TailOnce, Tip } from './tail.ts';

/** What is judged. */
export interface Subject {
  /** Of the file alone. */
  readonly file: TranscriptIndex;
  /** In force. */
  readonly repairs: Repairs;
  /** Records of sibling files that this transcript names as parents. */
  readonly elsewhere: Elsewhere;
  readonly sessionId: string;
  /** What the session is judged by. */
  readonly loaders: Loaders;
  /** What the user wants to see of the findings: what is off is not repaired either. */
  readonly severities: Severities;
}

/**
 * All that follows from a transcript and the repairs in force: the results of the stages, in their order. `judge.ts` makes it; each
 * stage's file says how its results are made and how they grow when ordinary records are appended.
 */
export interface Judgement
  extends Subject, JudgedGraph, JudgedChains, Restores, SurePlan, JudgedFindings, JudgedPlan, Outcome, JudgedFigures, Ending {}

/** Results of the first stage: how the records hang together. */
export interface JudgedGraph {
  /** With the repairs in force. */
  readonly graph: ConversationGraph;
  /** Of the file, with the records that repairs put in. */
  readonly index: TranscriptIndex;
}

/** Results of the second stage: what a resume loads. */
export interface JudgedChains {
  /** 1 for records that the primary loader loads with the repairs in force. */
  readonly onChain: Uint8Array;
}

/** Results of the third stage: what can be put back without loss. They do not change when ordinary records are appended. */
export type Restores = LosslessRepairs;

/** Results of the fourth and fifth stage: the links that were chosen, and the repairs that are sure to be right. */
export interface SurePlan {
  /** With all that can be put back and taken apart laid over: where links are looked for. */
  readonly whole: ConversationGraph;
  readonly pairs: ToolPairs;
  /** The best link for each broken record, of any confidence. */
  readonly links: readonly PlannedLink[];
  readonly sureActions: readonly RepairAction[];
}

/** Results of the sixth stage: what is wrong, as the user wants to see it; the most severe first, then by line. */
export interface JudgedFindings {
  readonly diagnoses: readonly Diagnosis[];
  readonly findings: readonly Finding[];
  readonly findingsOfRecord: ReadonlyMap<number, readonly Finding[]>;
}

/** Results of the seventh stage. */
export interface JudgedPlan {
  /** The best repair for each finding that has one, of any confidence, in file order. */
  readonly plan: readonly PlannedAction[];
}

/** A finding and the repair that was chosen for it. */
export interface PlannedAction {
  readonly finding: Finding;
  readonly chosen: ScoredAction;
}

/** Results of the eighth stage: what a resume loads of the session as it is, and once it is repaired. */
export interface Outcome {
  readonly resume: ResumeFigures;
  readonly compaction: CompactionFigures;
  /** What each loader loads; told in uuids when somebody asks, since that costs as much as a graph. */
  readonly loaded: () => LoadedChains;
  /** What the API refuses of what each loader sends; made when somebody asks. */
  readonly refusals: () => RefusalsByLoader;
}

/** What the API refuses, by the loader's id: of the file as it stands, and after all high-confidence repairs. */
export type RefusalsByLoader = ReadonlyMap<LoaderId, RefusalPair>;

export interface RefusalPair {
  readonly now: readonly Refusal[];
  readonly repaired: readonly Refusal[];
}

/** What each loader loads, in its order, by its id. */
export type LoadedChains = ReadonlyMap<LoaderId, ChainPair>;

/** uuids of messages, in order: of the file as it stands, and after all high-confidence repairs. */
export interface ChainPair {
  readonly now: readonly string[];
  readonly repaired: readonly string[];
}

/** Results of the ninth stage: what the session comes to. */
export interface JudgedFigures {
  readonly figures: Figures;
}

/** What a session comes to. */
export interface Figures {
  /** User and assistant records. */
  readonly messages: number;
  readonly tokens: TokenTotals;
  /** Milliseconds since 1970; NaN where no record has a time. */
  readonly first: number;
  readonly last: number;
}

/** What the answers in a file cost, in tokens: each message of the API counts once, however many records it was written as. */
export interface TokenTotals {
  /** Of the prompts: neither read from the cache nor written to it. */
  readonly input: number;
  readonly cacheWrite: number;
  readonly cacheRead: number;
  readonly output: number;
}

/** Results of the last stage: how the session may go on. */
export interface Ending {
  /** What a record that is appended may continue without changing anything before it; null when that is not to be said. */
  readonly tip: Tip | null;
  /** Has read the file up to its end, where the session has grown before. */
  readonly tail: TailOnce;
}
