import type { LogTick } from '../../src/protocol/travel.ts';

/** The stops of the slider: the file without repairs, behind each event, and now, which is behind the last. */
export class Positions {
  /** The newest event; the last stop. */
  readonly last: number;
  /** Events that are known, by seq. */
  readonly #ticks = new Map<number, LogTick>();
  /** seqs, ascending. */
  readonly #checkpoints: readonly number[];

  /** @param ticks those of the whole log that are drawn, all checkpoints among them */
  constructor(last: number, ticks: readonly LogTick[]) {
    this.last = last;
    this.add(ticks);
    this.#checkpoints = ticks.filter(({ kind }) => kind === 'checkpoint').map(({ seq }) => seq);
  }

  /** Events that were asked for since. */
  add(ticks: readonly LogTick[]): void {
    for (const tick of ticks) this.#ticks.set(tick.seq, tick);
  }

  /** The stop of a position of the log; null is now. */
  indexOf(seq: number | null): number {
    return Math.min(seq ?? this.last, this.last);
  }

  /** The event behind which a stop is; undefined at the file without repairs, and where it is not known yet. */
  tickAt(index: number): LogTick | undefined {
    return this.#ticks.get(index);
  }

  /** The position of a stop; null for now. */
  seqAt(index: number): number | null {
    return index >= this.last ? null : index;
  }

  /** The next stop at a checkpoint in this direction, else the end there. */
  checkpoint(from: number, direction: 1 | -1): number {
    return direction === 1
      ? (this.#checkpoints.find((seq) => seq > from) ?? this.last)
      : (this.#checkpoints.findLast((seq) => seq < from) ?? 0);
  }
}
