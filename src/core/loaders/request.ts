import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';

export type Role = 'user' | 'assistant';

/** What a message of a request holds of one record. Its text and thinking are sent as they stand. */
export interface RequestPart {
  readonly record: number;
  /** Of its tool calls and results those that are sent: places in the index's list of tools. */
  readonly tools: readonly number[];
  /** The program answers these calls itself, because no result of theirs is in the session. */
  readonly isStandIn: boolean;
}

export interface RequestMessage {
  readonly role: Role;
  readonly parts: readonly RequestPart[];
}

/** The messages that a program sends when it resumes a session, in order, before what the user says next. */
export type ResumeRequest = readonly RequestMessage[];

/** What becomes of a request that the API refuses, as the client was seen to do it. */
export interface Recovery {
  /** `stuck`: it gives up. `drops`: it sends the request again without the block. `mends`: it does not send such a block at all. */
  readonly today: 'stuck' | 'drops' | 'mends';
  /** What the model then does not see; null for nothing. */
  readonly loses: string | null;
  /** The last version that was seen to give up; null where none or all do. */
  readonly stuckUntil: string | null;
}

/** Why the API refuses a request. */
export interface Refusal {
  /** Id of the rule that is broken. */
  readonly rule: string;
  /** The record that breaks it; -1 when no one does. */
  readonly record: number;
  /** What is wrong, for people. */
  readonly sentence: string;
  /** Where the rule is from. */
  readonly source: string;
  readonly recovery: Recovery;
}

/** One rule of the API that a request can break. */
export interface RequestRule {
  readonly id: string;
  /** Where the rule is from: what the API answers, or a page of the documentation. */
  readonly source: string;
  readonly recovery: Recovery;
  /** Where a request breaks it, in the order of the request. */
  breaches(graph: ConversationGraph, request: ResumeRequest): Breach[];
}

export type Breach = Pick<Refusal, 'record' | 'sentence'>;

/** What the API refuses of a request, rule by rule. @param graph that the request was made of */
export function refusalsBy(rules: readonly RequestRule[], graph: ConversationGraph, request: ResumeRequest): Refusal[] {
  return rules.flatMap((rule) =>
    rule.breaches(graph, request).map((breach) => ({ rule: rule.id, source: rule.source, recovery: rule.recovery, ...breach })),
  );
}

/** A record with all that it holds. */
export function wholePart({ index }: ConversationGraph, record: number): RequestPart {
  const { toolStart } = index.columns;
  const tools: number[] = [];
  for (let tool = toolStart[record]!; tool < toolStart[record + 1]!; tool++) tools.push(tool);
  return { record, tools, isStandIn: false };
}

export function roleOf({ index }: ConversationGraph, record: number): Role {
  return index.columns.kind[record] === KIND.assistant ? 'assistant' : 'user';
}

/** Whether an answer's record holds thinking and nothing else. @param flags of the record */
export function isThinkingAlone(flags: number): boolean {
  return (flags & (FLAG.thinking | FLAG.text | FLAG.toolUse)) === FLAG.thinking;
}
