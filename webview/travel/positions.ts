import type { LogTick } from '../../src/protocol/travel.ts';

/** The stops of the slider: the file without repairs, each event that is shown, and now. */
export class Positions {
  readonly ticks: readonly LogTick[];

  constructor(ticks: readonly LogTick[]) {
    this.ticks = ticks;
  }

  /** Of the last stop, which is now. */
  get last(): number {
    return this.ticks.length;
  }

  /** The stop of a position of the log; null is now. One between two stops is the stop before it. */
  indexOf(seq: number | null): number {
    if (seq === null) return this.last;
    const after = this.ticks.findIndex((tick) => tick.seq > seq);
    return after === -1 ? this.last : after;
  }

  /** The event behind which a stop is; undefined at the file without repairs. */
  tickAt(index: number): LogTick | undefined {
    return this.ticks[index - 1];
  }

  /** The position of a stop; null for now. */
  seqAt(index: number): number | null {
    return index >= this.last ? null : (this.tickAt(index)?.seq ?? 0);
  }

  /** The next stop at a checkpoint in this direction, else the end there. */
  checkpoint(from: number, direction: 1 | -1): number {
    for (let index = from + direction; index > 0 && index < this.last; index += direction) {
      if (this.tickAt(index)?.kind === 'checkpoint') return index;
    }
    return direction === 1 ? this.last : 0;
  }
}
