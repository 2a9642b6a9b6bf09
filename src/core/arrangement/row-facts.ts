/** What folding and filters need to know of a row, one bit each. */
export const ROW = {
  prompt: 1 << 0,
  /** A message of the model. */
  answer: 1 << 1,
  /** It calls a tool. */
  call: 1 << 2,
  /** It says something in words. */
  text: 1 << 3,
  /** It comes with tool calls: results, progress of hooks and tools, attachments. */
  accessory: 1 << 4,
  sidechain: 1 << 5,
  orphan: 1 << 6,
  finding: 1 << 7,
  boundary: 1 << 8,
  summary: 1 << 9,
  /** Part of the conversation itself. */
  main: 1 << 10,
  onChain: 1 << 11,
  repaired: 1 << 12,
} as const;

/** One entry per row of the session, in file order. */
export interface RowFacts {
  /** Row of the effective parent where it stands above, else -1. */
  readonly parentRow: Int32Array;
  /** The same number for records that belong to one message of the API; -1. */
  readonly message: Int32Array;
  /** Bits of ROW. */
  readonly flags: Uint16Array;
}

/** 1 where a flag is set. @param from rows before it are left 0 */
export function column(flags: Uint16Array, flag: number, from = 0): Uint8Array {
  const set = new Uint8Array(flags.length);
  for (let row = from; row < flags.length; row++) if ((flags[row]! & flag) !== 0) set[row] = 1;
  return set;
}
