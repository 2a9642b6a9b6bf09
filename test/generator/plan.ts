import type { Json } from './types.ts';

/** What happens in a session, before it becomes records: made at random or written by hand. */

export interface ToolPlan {
  readonly name: string;
  readonly input: Json;
  readonly result: string;
  /** The client's own account of the result (`toolUseResult`). */
  readonly detail: unknown;
  readonly isError: boolean;
  readonly seconds: number;
  /** Output so far, once a second, of a long command. */
  readonly progress: readonly string[];
  /** File it changes, for the snapshot. */
  readonly edits: string | null;
  readonly agent: AgentPlan | null;
}

/** A subagent started by a tool. */
export interface AgentPlan {
  readonly kind: string;
  readonly prompt: string;
  readonly messages: readonly MessagePlan[];
}

/** One API message: blocks in the order thinking, text, tools. */
export interface MessagePlan {
  readonly thinking: string | null;
  readonly text: string | null;
  readonly tools: readonly ToolPlan[];
  /** Results come between the calls; otherwise after all of them. */
  readonly interleaved: boolean;
  /** Index of tools in the order their results arrive, for a batch. */
  readonly resultOrder: readonly number[];
}

export interface TurnPlan {
  readonly prompt: string;
  /** Seconds the user took. */
  readonly pause: number;
  readonly messages: readonly MessagePlan[];
  /** The user stops it after the last message. */
  readonly interrupted: boolean;
}
