/** What a block of a message holds that an API may refuse: of most records there is none. */
export const REMARK = {
  /** A call of a tool that the API runs itself, and its result. */
  serverCall: 0,
  serverResult: 1,
  picture: 2,
  document: 3,
  /** A text that is empty; one of white space. */
  emptyText: 4,
  blankText: 5,
  /** Input of a call that is no object. */
  oddInput: 6,
  /** Thinking of a model of the API without its signature. */
  unsigned: 7,
} as const;
export type RemarkKind = (typeof REMARK)[keyof typeof REMARK];

/** What is wrong with a picture or document, as far as its first and last bytes show. */
export const FAULT = {
  none: 0,
  empty: 1,
  notBase64: 2,
  /** A format that the API does not take. */
  unknownFormat: 3,
  /** Of another format than it says. */
  otherFormat: 4,
  /** Begins like its format, but is not whole. */
  cut: 5,
  /** Does not begin like a picture, or a PDF, at all. */
  unreadable: 6,
  /** A PDF that asks for a password. */
  locked: 7,
} as const;
export type Fault = (typeof FAULT)[keyof typeof FAULT];

/** One block that is remarked on. */
export interface Remark {
  readonly kind: RemarkKind;
  /** Place of the block in the message; of one inside a result the place of the result. */
  readonly block: number;
  /** Interned id of the call; -1. */
  readonly id: number;
  /** Interned name of the tool; -1. */
  readonly name: number;
  /** Of a picture or document: length of its data as it is sent, and the larger of its sides in pixels; 0 where not known. */
  readonly size: number;
  readonly pixels: number;
  readonly fault: Fault;
}

/** A remark and the record that it is about. */
export interface PlacedRemark extends Remark {
  readonly record: number;
}

/** The remarks on one record, in order. @param remarks by record */
export function remarksOn(remarks: readonly PlacedRemark[], record: number): PlacedRemark[] {
  let from = 0;
  for (let to = remarks.length; from < to;) {
    const middle = (from + to) >> 1;
    if (remarks[middle]!.record < record) from = middle + 1;
    else to = middle;
  }
  const found: PlacedRemark[] = [];
  for (let at = from; remarks[at]?.record === record; at++) found.push(remarks[at]!);
  return found;
}

/** Remarks on records that come behind others. */
export function movedRemarks(remarks: readonly PlacedRemark[], by: number): PlacedRemark[] {
  return remarks.map((remark) => ({ ...remark, record: remark.record + by }));
}
