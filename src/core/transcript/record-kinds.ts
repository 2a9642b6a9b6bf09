import type { KindName } from '../formats/format.ts';

/** What a record is to the graph. Only records with a uuid take part; the others are kept byte for byte. */
export const KIND = {
  user: 0,
  assistant: 1,
  system: 2,
  progress: 3,
  attachment: 4,
  /** Context that a hook saved: no loader links through it. */
  hookContext: 5,
  /** A type that is not known, with a uuid. */
  unknown: 6,
  /** No uuid: snapshots, titles, modes, summaries, queue operations … */
  meta: 7,
} as const satisfies Readonly<Record<KindName, number>>;
export type Kind = (typeof KIND)[KindName];

/** Facts about a record, one bit each. */
export const FLAG = {
  sidechain: 1 << 0,
  /** Text that the client put in: nobody typed it. */
  injected: 1 << 1,
  compactSummary: 1 << 2,
  compactBoundary: 1 << 3,
  /** Written by a team member: not part of what a resume shows. */
  team: 1 << 4,
  text: 1 << 5,
  thinking: 1 << 6,
  toolUse: 1 << 7,
  toolResult: 1 << 8,
  /** Could only be read by taking a damaged line apart: clients skip that line. */
  recovered: 1 << 9,
  /** An attachment that carries a prompt typed while the agent was busy: shown like a prompt. */
  queuedPrompt: 1 << 10,
  /** Half of a surrogate pair in some string: the API may refuse it. */
  loneSurrogate: 1 << 11,
  /** NUL in a string of the message's content: cuts a request short. */
  nulInContent: 1 << 12,
  /** The client's report of a failed request, not an answer: never sent again. */
  apiError: 1 << 13,
  /** An answer with a message id that the API did not give, by how it starts. Not set where there is no id. */
  foreignMessageId: 1 << 14,
  /** An attachment record whose attachment is no object with a type. */
  badAttachment: 1 << 15,
  /** Written by the client, not by the model. */
  synthetic: 1 << 19,
  /** A signed thinking block without text. */
  hollowThinking: 1 << 16,
  /** A user or assistant record without content. */
  emptyContent: 1 << 17,
  /** Its bytes are not JSON as they stand: raw line breaks or NUL bytes lie between them. `readRecords` gives the JSON. */
  mended: 1 << 18,
  /** All its text was written by the client itself in a person's place; there is nothing else in it. */
  clientText: 1 << 20,
  /** Holds the result of a call that failed, was refused or interrupted. */
  failedResult: 1 << 21,
} as const;

/** Types that loaders link. */
export function isLinked(kind: number): boolean {
  return kind <= KIND.attachment;
}

/** A message: what a person or the model said. */
export function isMessage(kind: number): boolean {
  return kind === KIND.user || kind === KIND.assistant;
}
