import type { LineProblem, LineProblemKind } from './line-problem.ts';

/** Problems that neighbouring records have together. */
const ONCE: readonly LineProblemKind[] = ['spread', 'escapes'];

/** The problems of a transcript, in the order of its lines. */
export class ProblemList {
  readonly all: LineProblem[] = [];

  /** Neighbouring records that are whole but for the same problem have it once. */
  add(problem: LineProblem): void {
    const last = this.all.at(-1);
    if (last !== undefined && continues(last, problem)) this.all[this.all.length - 1] = joined(last, problem);
    else this.all.push(problem);
  }
}

function continues(last: LineProblem, next: LineProblem): boolean {
  const isOne = next.records.length === 1 && last.lostBytes + next.lostBytes === 0 && ONCE.includes(next.kind);
  return isOne && last.kind === next.kind && last.isGuess === next.isGuess && last.records.at(-1) === next.records[0]! - 1;
}

function joined(last: LineProblem, next: LineProblem): LineProblem {
  return {
    ...last,
    lastLine: next.lastLine,
    length: next.offset + next.length - last.offset,
    records: [...last.records, ...next.records],
  };
}
