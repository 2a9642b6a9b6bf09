import type { KeptMessages } from '../../formats/format.ts';

/** Messages that a compaction kept. */
export interface PreservedMessages extends KeptMessages {
  /** Record of the boundary. */
  readonly boundary: number;
}
