/** Client generations: progress records (2.1.29) and attachments without progress (2.1.217). */
export type Client = '2.1.29' | '2.1.217';
export const CLIENTS: readonly Client[] = ['2.1.29', '2.1.217'];

/** What a record is, finer than its `type`. */
export type RecordKind =
  | 'prompt'
  | 'command'
  | 'meta'
  | 'summary'
  | 'tool_result'
  | 'text'
  | 'thinking'
  | 'tool_use'
  | 'system'
  | 'boundary'
  | 'progress'
  | 'attachment';

/** A JSON object whose key order is the order of writing. */
export type Json = Record<string, unknown>;

/** Ground truth of one record that carries a uuid. */
export interface TruthRecord {
  /** Path of its file, relative to the folder of the session. */
  readonly file: string;
  /** 1-based, in the undamaged file. */
  line: number;
  readonly uuid: string;
  readonly parentUuid: string | null;
  readonly type: string;
  readonly kind: RecordKind;
  /** Subtype of a system record, data.type of progress, attachment.type. */
  readonly detail: string;
  readonly messageId: string | null;
  readonly toolUseId: string | null;
  readonly sidechain: boolean;
  /** 0-based: how many compactions came before it. */
  readonly segment: number;
  /** 0-based: how many prompts came before it. */
  readonly turn: number;
}

/** One line to be written, with the truth where the line is a record of the graph. */
export interface Emission {
  readonly file: string;
  /** JSON, without a line end. */
  readonly line: string;
  readonly truth: TruthRecord | null;
}

/** A message that a resume loads. */
export interface VisibleMessage {
  readonly uuid: string;
  /** Not an ancestor of the leaf: part of a parallel batch, put back beside its siblings. */
  readonly beside: boolean;
}

export interface GeneratedFile {
  /** Relative, `/` between folders: `<id>.jsonl` or `<id>/subagents/agent-<x>.jsonl`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface GeneratedSession {
  readonly sessionId: string;
  readonly client: Client;
  /** The main file first. */
  readonly files: readonly GeneratedFile[];
  readonly records: readonly TruthRecord[];
  /** What a resume of the undamaged session loads, in order of writing. */
  readonly visible: readonly VisibleMessage[];
}

/** Which peculiarities a session may have. Rates follow the statistics; a count asks for so many. */
export interface Features {
  readonly parallelTools: boolean;
  readonly hooks: boolean;
  readonly bashProgress: boolean;
  readonly attachments: boolean;
  readonly metadata: boolean;
  readonly subagents: boolean;
  readonly promptSuggestions: boolean;
  /** Subagent records in the main file, as clients before 2.1 wrote them. */
  readonly inlineSidechains: boolean;
  readonly forwardReferences: boolean;
  readonly apiErrors: boolean;
  readonly interruptions: boolean;
  readonly localCommands: boolean;
  readonly compactions: number;
  readonly microcompactions: number;
  readonly rewinds: number;
}

export interface SessionOptions {
  /** Same seed and options, same bytes. */
  readonly seed: number;
  /** About how many records with a uuid the main file gets. */
  readonly records?: number;
  /** Ends after so many prompts instead. */
  readonly prompts?: number;
  readonly client?: Client;
  /** About how many bytes the main file gets; text is lengthened or shortened to meet it. */
  readonly targetBytes?: number;
  readonly features?: Partial<Features>;
}
