import type { JsonObject } from '../json.ts';

/**
 * How one agent writes its sessions. Tables where a table can say it, small functions where it cannot; the readers and writers that
 * follow them are the same for all agents. Adding a format: a folder beside this file and a line in each of `formats.ts`, `layouts.ts` and `independent-readers.ts`.
 */
export interface Format {
  /** Short and stable, e.g. in JSON output. */
  readonly id: string;
  /** The agent's name as shown. */
  readonly title: string;
  /** Whether text from somewhere in a file may be of this format. Cheap: it is asked of files that are no sessions, too. */
  recognises(text: string): boolean;
  readonly records: RecordFormat;
  readonly changes: ChangeRules;
  readonly files: FileLayout;
}

/** How a record is read: which of its members mean what. */
export interface RecordFormat {
  /** The members of a record; all others are skipped. */
  readonly members: Members;
  /** What kind of record a `type` makes. A type that is not listed is `unknown` if it carries a uuid, else `meta`. */
  readonly kinds: Kinds;
  /**
   * `parent`: a record names its parent, and only records with a uuid take part in the graph. `order`: a record's parent is the record
   * before it that takes part; one without an id of its own is named after its place.
   */
  readonly links: 'parent' | 'order';
  /** What a content block with this `blockType` is. */
  readonly blocks: Readonly<Record<string, BlockName>>;
  /** The record that marks a compaction; null where the format has none. `subtype` null: its type alone tells. */
  readonly boundary: { readonly type: string; readonly subtype: string | null } | null;
  /** Messages that a boundary record keeps; null when it keeps none. @param boundary the record, untrusted */
  keptBy(boundary: JsonObject): KeptMessages | null;
  /** What a boundary says of what it compacted. @param boundary the record, untrusted */
  compactedBy(boundary: JsonObject): Compacted;
  /** What a record that is flagged as a summary holds. @param summary the record, untrusted */
  summaryBy(summary: JsonObject): SummaryText;
  /** What a client's report of a failed request says; null when it cannot be read. @param report the record, untrusted */
  errorIn(report: JsonObject): string | null;
  /** Type of the records that say what becomes of prompts that wait; null for none. */
  readonly queueType: string | null;
  /** What such a record says; null for nothing. @param note the record, untrusted */
  queueNote(note: JsonObject): QueueNote | null;
  /** Type of the records whose `leaf` says where the conversation continues; null for none. */
  readonly pinType: string | null;
  /** The person's last words, as such a record repeats them; null where it does not. @param note the record, untrusted */
  lastPromptIn(note: JsonObject): string | null;
  /** `attachmentType` of a prompt that was typed while the agent was busy; null for none. */
  readonly queuedPrompt: string | null;
  /** What texts begin with that the client writes by itself in a person's place: an interruption, a command that ends it and its echo. */
  readonly clientTexts: readonly string[];
  /** `model` of answers that the client wrote itself; null for none. */
  readonly clientModel: string | null;
  /** What names of the API's own models begin with; null when nothing can be said of them. */
  readonly apiModelStart: string | null;
  /** What message ids given by the API begin with; null when nothing can be said of them. */
  readonly messageIdStart: string | null;
  /** Length of uuids in characters, by which one with bytes missing is told; null when they differ. */
  readonly uuidLength: number | null;
  /** First members of a record: where a damaged line is searched for whole records, they may begin there. */
  readonly firstMembers: readonly string[];
  /** Types of records that carry neither a parent nor a session id: in a damaged line they are told from parts of records by their type. */
  readonly plainTypes: readonly string[];
}

/** Members by name: a meaning, or what the value holds. */
export interface Members {
  readonly [name: string]: Meaning | Nested | BlockList;
}

/** An object whose members matter. */
export interface Nested {
  readonly object: Members;
  /** The object makes the block that it stands in one of this kind. */
  readonly block?: BlockName;
}

/** A text, or a list of content blocks. */
export interface BlockList {
  readonly blocks: Members;
}

/** What a member's value is. Texts unless it says otherwise; a value of another type counts as absent. */
export type Meaning =
  /** These three together decide the kind of a record; `subtype` is shown as well. */
  | 'type'
  | 'subtype'
  | 'role'
  | 'uuid'
  /** uuid of the parent; null for a root. */
  | 'parent'
  | 'session'
  /** The subagent that wrote the record. */
  | 'agent'
  /** Of the client that wrote the record. */
  | 'version'
  /** The program that wrote the record, as it calls itself. */
  | 'writer'
  /** Git branch. */
  | 'branch'
  /** What all records of one answer share. */
  | 'messageId'
  /** uuid of the record that the conversation continues from. */
  | 'leaf'
  /** The tool call that a record of progress reports on; where both are there, the second. */
  | 'reportedCall'
  | 'parentCall'
  /** An ISO 8601 date. */
  | 'time'
  /** Booleans: part of a subagent's conversation, text that nobody typed, the summary of a compaction, report of a failed request. */
  | 'sidechain'
  | 'injected'
  | 'compactSummary'
  | 'errorReport'
  /** Any text: written by a member of a team. */
  | 'team'
  | 'model'
  /** Whole numbers of tokens: prompt without what a cache held, answer, prompt read from the cache, prompt written to it. */
  | 'input'
  | 'output'
  | 'cacheRead'
  | 'cacheWritten'
  | 'attachmentType'
  /** In a content block. */
  | 'blockType'
  | 'callId'
  | 'toolName'
  | 'thought'
  | 'signature'
  /** The words of a text. */
  | 'said'
  /** Input of a call: an object. */
  | 'callInput'
  /** Of a picture or document: its type and its data, in base64. */
  | 'mediaType'
  | 'mediaData'
  /** Boolean: a result says that the call failed. */
  | 'failed'
  /** The call that a block answers; outside of blocks, the one that the record answers. */
  | 'answeredCall';

/** What a record is to the graph; see `KIND`. */
export type KindName = 'user' | 'assistant' | 'system' | 'progress' | 'attachment' | 'hookContext' | 'unknown' | 'meta';

/** Kinds by type; where the type does not tell, by subtype, and where that does not either, by role. */
export interface Kinds {
  readonly [word: string]: KindName | Kinds;
}

/** `hiddenThinking`: thinking that the API encrypted. `serverCall`, `serverResult`: of a tool that the API runs itself. */
export type BlockName = 'text' | 'thinking' | 'hiddenThinking' | 'call' | 'result' | 'serverCall' | 'serverResult' | 'picture' | 'document';

/** What a compaction took away. */
export interface Compacted {
  /** uuid of the record that the conversation stood at; null when it does not say. */
  readonly tip: string | null;
  /** Tokens of the conversation before; null when it does not say. */
  readonly tokens: number | null;
}

/** What is said in place of a conversation. */
export interface SummaryText {
  /** Characters, without the words by which the client introduces it. */
  readonly length: number;
  /** Whether the client introduces it with its own words. */
  readonly isIntroduced: boolean;
  /** Whether it is a client's report that something failed. */
  readonly isFailure: boolean;
}

/** A step of a prompt that was typed while the agent was busy. */
export interface QueueNote {
  /** `taken`: to be said next; `absorbed`: put into the turn that runs; `returned`: all that wait went back to the person. */
  readonly step: 'put' | 'taken' | 'absorbed' | 'returned';
  readonly text: string | null;
  /** Whether a person's words are put. */
  readonly isTyped: boolean;
}

/** Messages that a compaction kept: a loader makes each the child of the one before, the first a child of `anchor`. */
export interface KeptMessages {
  readonly anchor: string;
  /** uuids in order; empty where only head and tail are named. */
  readonly uuids: readonly string[];
  /** First and last of them where the list is not given. */
  readonly head: string | null;
  readonly tail: string | null;
}

/** What a patch may change, and what records that repairs put in look like. */
export interface ChangeRules {
  /** Names of top-level members whose values may be changed; null where the format has no such member. */
  readonly members: {
    readonly session: string | null;
    readonly parent: string | null;
    readonly time: string | null;
    readonly leaf: string | null;
  };
  /** Types of records about the session as a whole (titles, modes), of which the last counts. */
  readonly titleTypes: readonly string[];
  /** How much of a file's end the agent's list of sessions reads, in bytes: titles before that are not seen. */
  readonly listedTail: number;
  /** A record of a subagent's or another session's file that is put back into this one: members left out, and members whose value is set. */
  readonly putBack: { readonly without: readonly string[]; readonly set: Readonly<Record<string, boolean | string | null>> };
  /** A record that answers a call whose result was lost. */
  lostResult(call: UnansweredCall): JsonObject;
  /** A record that says a person's words. */
  prompt(said: SaidPrompt): JsonObject;
}

/** A tool call without a result. */
export interface UnansweredCall {
  /** Id of the call, and of the record that makes it. */
  readonly id: string;
  readonly uuid: string;
  readonly session: string | null;
  readonly version: string | null;
  /** uuid of the record to be made, when it happened (milliseconds since 1970, NaN when not known), and what it says. */
  readonly resultUuid: string;
  readonly time: number;
  readonly text: string;
}

/** Words that a person typed and that are to be said. */
export interface SaidPrompt {
  readonly uuid: string;
  readonly parent: string;
  readonly session: string | null;
  readonly version: string | null;
  /** Milliseconds since 1970, NaN when not known. */
  readonly time: number;
  readonly text: string;
}

/** Where an agent keeps its sessions and what their files are called. Names and parts of paths are untrusted. */
export interface FileLayout {
  /** Environment variable that names the agent's directory, and the directory's name in the home directory otherwise. */
  readonly directory: { readonly variable: string; readonly home: string };
  /** Folder in the agent's directory that holds a folder for each project. */
  readonly projects: string;
  /** What names of transcripts end in. */
  readonly ending: string;
  /** Folder of a session's subagents, in the folder that is named like the session's file without its ending. */
  readonly agentFolder: string;
  /** What names of subagents' transcripts begin with. */
  readonly agentStart: string;
  /** Notes of running clients: a folder in the agent's directory with a file for each. */
  readonly running: {
    readonly folder: string;
    readonly ending: string;
    /** Names of the note's members. */
    readonly process: string;
    readonly session: string;
  };
}

/** Reads the parsed records of a copy, in file order, and says what a resume makes of them. */
export interface IndependentReader {
  /** The member of a record that names its session; null when there is none. */
  readonly session: string | null;
  add(record: JsonObject): void;
  /** Parents that are named but are no record, with a child each. */
  unknownParents(): Map<string, string>;
  /** uuids of the messages a resume shows, in order. */
  loaded(): string[];
}
