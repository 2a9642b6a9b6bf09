import type { Judgement } from './judgement.ts';
import type { Tail } from './tail.ts';

/** A session to whose file records were appended. */
export interface Growth {
  /** Of the session as it was. */
  readonly before: Judgement;
  /** The results of earlier stages are those of the longer session; the others are as they were. */
  readonly grown: Judgement;
  /** Has read the appended records once the chains have grown by them. */
  readonly tail: Tail;
}

/** How the results of a stage grow; null when they do not grow by what was appended: then the session is judged anew. */
export type Grow = (growth: Growth) => Partial<Judgement> | null;
