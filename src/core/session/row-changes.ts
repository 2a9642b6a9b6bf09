import type { RowChange } from './analysis-types.ts';
import type { Arranged } from './graph/arranged.ts';
import type { StateChanges } from './state-changes.ts';
import type { SessionState } from './state.ts';

/** What is another in the records of a state than in the one that it is compared with, by record. */
export class RowChanges {
  readonly state: SessionState;
  /** Parent before; -1 for none, or one that is not there. */
  private readonly oldParent = new Map<number, number>();
  private readonly added: ReadonlySet<number>;
  private readonly gained: ReadonlySet<number>;
  private readonly lost: ReadonlySet<number>;

  constructor(state: SessionState, { parents, added, gained, lost }: StateChanges) {
    const recordOf = (uuid: string): number => state.graph.recordNamed(uuid);
    this.state = state;
    for (const { uuid, before } of parents) this.oldParent.set(recordOf(uuid), before.uuid === null ? -1 : recordOf(before.uuid));
    this.added = new Set(added.map(recordOf));
    this.gained = new Set(gained.map(recordOf));
    this.lost = new Set(lost.map(recordOf));
  }

  /** Of all records that are folded into a visible row; null where nothing is another. */
  ofRow({ arrangement }: Arranged, place: number): RowChange | null {
    const { rows, rowOfRecord } = this.state;
    const records = Array.from(arrangement.membersOf(place), (row) => rows[row]!);
    const moved = records.filter((record) => this.oldParent.has(record));
    const change = {
      added: records.some((record) => this.added.has(record)),
      parent: moved.length > 0,
      gained: records.some((record) => this.gained.has(record)),
      lost: records.some((record) => this.lost.has(record)),
    };
    if (!change.added && !change.parent && !change.gained && !change.lost) return null;
    const oldPlaces = moved.map((record) => {
      const parent = this.oldParent.get(record)!;
      return parent < 0 ? -1 : (arrangement.placeOf[rowOfRecord[parent]!] ?? -1);
    });
    // From within a fold to within it there is no edge to draw.
    return { ...change, oldParentRow: oldPlaces.find((old) => old >= 0 && old !== place) ?? null };
  }
}
