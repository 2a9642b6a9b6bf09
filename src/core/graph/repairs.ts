/**
 * What repairs change, as data: one action is what one event of the log does; the repairs in force are all of them laid over
 * one transcript.
 */

/** A record that is not in the transcript and is put into it. */
export interface InsertedRecord {
  readonly uuid: string;
  /** uuid of the record behind whose line it stands. */
  readonly after: string;
  /** It stands before that record's line instead. */
  readonly isBefore?: true;
  /** The record itself: one JSON object, no line break. */
  readonly record: string;
  /** uuids of records that hang under it from then on; for a restored record nothing needs to change. */
  readonly adopts: readonly string[];
}

/** One change of a session, whatever the reason. */
export type RepairAction =
  /** Gives a record another parent; null makes a root. */
  | { readonly kind: 'reparent'; readonly uuid: string; readonly parent: string | null }
  /** Puts a record back that stands in another file of the session, with those above it that are lost too: uppermost first. */
  | {
      readonly kind: 'restore';
      readonly uuid: string;
      readonly inserted: readonly InsertedRecord[];
      readonly file: string;
      readonly line: number;
    }
  /** Puts in the result that a tool call lost, saying that it was lost. */
  | { readonly kind: 'synthesise'; readonly uuid: string; readonly inserted: readonly InsertedRecord[]; readonly call: string }
  /** Takes a record off the chain: its children continue its parent, its line is left out of a repaired copy. */
  | { readonly kind: 'bypass'; readonly uuid: string }
  /** Gives each whole record of a damaged line a line of its own. */
  | { readonly kind: 'split'; readonly line: number; readonly uuid: string | null }
  /** Leaves lines out of a repaired copy: ranges of 1-based lines, both ends included. */
  | { readonly kind: 'quarantine'; readonly lines: readonly LineRange[]; readonly uuid: string | null }
  /** Continues from this record, not from the one a client would choose. */
  | { readonly kind: 'choose-leaf'; readonly uuid: string };

export type RepairKind = RepairAction['kind'];
export type LineRange = readonly [first: number, last: number];

/** Parents that repairs give records, by uuid; null makes a root. */
export type ParentOverrides = Readonly<Record<string, string | null>>;

/** All repairs in force, as the fold of a log gives them: plain data, in the order of the log. */
export interface Repairs {
  readonly parents: ParentOverrides;
  readonly inserted: readonly InsertedRecord[];
  /** uuids. */
  readonly bypassed: readonly string[];
  /** 1-based lines. */
  readonly split: readonly number[];
  readonly quarantined: readonly LineRange[];
  /** The last one chosen. */
  readonly leaf: string | null;
  /** Ids of findings that the user does not want to see. */
  readonly ignored: readonly string[];
}

export const NO_REPAIRS: Repairs = { parents: {}, inserted: [], bypassed: [], split: [], quarantined: [], leaf: null, ignored: [] };

/** How many repairs these are. */
export function countRepairs(repairs: Repairs): number {
  const { parents, inserted, bypassed, split, quarantined, leaf } = repairs;
  const putIn = new Set(inserted.map(({ uuid }) => uuid));
  // What is put in names its parent too.
  const linked = Object.keys(parents).filter((uuid) => !putIn.has(uuid)).length;
  return linked + inserted.length + bypassed.length + split.length + quarantined.length + (leaf === null ? 0 : 1);
}

/** The same repairs and some more, applied after them. */
export function withActions(repairs: Repairs, actions: readonly RepairAction[]): Repairs {
  const sum = new RepairSum(repairs);
  for (const action of actions) sum.add(action);
  return sum.repairs();
}

/** Collects actions; one pass, however many there are. */
class RepairSum {
  private readonly parents: Map<string, string | null>;
  private readonly inserted: Map<string, InsertedRecord>;
  private readonly bypassed: Set<string>;
  private readonly split: Set<number>;
  private readonly quarantined: LineRange[];
  private leaf: string | null;
  private readonly ignored: readonly string[];

  constructor(repairs: Repairs) {
    this.parents = new Map(Object.entries(repairs.parents));
    this.inserted = new Map(repairs.inserted.map((one) => [one.uuid, one]));
    this.bypassed = new Set(repairs.bypassed);
    this.split = new Set(repairs.split);
    this.quarantined = [...repairs.quarantined];
    this.leaf = repairs.leaf;
    this.ignored = repairs.ignored;
  }

  add(action: RepairAction): void {
    switch (action.kind) {
      case 'reparent':
        this.parents.set(action.uuid, action.parent);
        break;
      case 'restore':
      case 'synthesise':
        for (const one of action.inserted) this.inserted.set(one.uuid, one);
        break;
      case 'bypass':
        this.bypassed.add(action.uuid);
        break;
      case 'split':
        this.split.add(action.line);
        break;
      case 'quarantine':
        this.quarantined.push(...action.lines);
        break;
      case 'choose-leaf':
        this.leaf = action.uuid;
    }
  }

  repairs(): Repairs {
    return {
      parents: Object.fromEntries(this.parents),
      inserted: [...this.inserted.values()],
      bypassed: [...this.bypassed],
      split: [...this.split],
      quarantined: this.quarantined,
      leaf: this.leaf,
      ignored: this.ignored,
    };
  }
}
