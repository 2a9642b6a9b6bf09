import type { LogTick } from '../../src/protocol/travel.ts';

/** The stops of the slider: the file without repairs, the state after each event, and now, which is after the last. */
export class Positions {
  /** The newest event; the last stop. */
  readonly last: number;
  /** The loaded events, by seq. */
  readonly #ticks = new Map<number, LogTick>();
  /** seqs, ascending. */
  readonly #checkpoints: readonly number[];

  /** @param ticks the drawn events of the whole log, including all checkpoints */
  constructor(last: number, ticks: readonly LogTick[]) {
    this.last = last;
    this.add(ticks);
    this.#checkpoints = ticks.filter(({ kind }) => kind === 'checkpoint').map(({ seq }) => seq);
  }

  /** Events that were loaded since. */
  add(ticks: readonly LogTick[]): void {
    for (const tick of ticks) this.#ticks.set(tick.seq, tick);
  }

  /** The stop of a position of the log; null is now. */
  indexOf(seq: number | null): number {
    return Math.min(seq ?? this.last, this.last);
  }

  /** The event of a stop; undefined at the file without repairs, and when it is not loaded yet. */
  tickAt(index: number): LogTick | undefined {
    return this.#ticks.get(index);
  }

  /** The position of a stop; null for now. */
  seqAt(index: number): number | null {
    return index >= this.last ? null : index;
  }

  /** The next stop at a checkpoint in this direction, else the last one there. */
  checkpoint(from: number, direction: 1 | -1): number {
    return direction === 1
      ? (this.#checkpoints.find((seq) => seq > from) ?? this.last)
      : (this.#checkpoints.findLast((seq) => seq < from) ?? 0);
  }
}
