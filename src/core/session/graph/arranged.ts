import type { Arrangement, IsClosed } from '../../arrangement/arrangement.ts';
import type { Folds } from '../../arrangement/folds.ts';
import type { RowFacts } from '../../arrangement/row-facts.ts';
import type { SessionState } from '../state.ts';

/** A state with what one graph shows of it. */
export interface Arranged {
  readonly state: SessionState;
  readonly facts: RowFacts;
  readonly folds: Folds;
  readonly arrangement: Arrangement;
  readonly isClosed: IsClosed;
}
