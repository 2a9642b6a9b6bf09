import type { StringKey } from '../../src/protocol/strings.ts';
import type { Positions } from './positions.ts';

/** A key of the slider and the stop that it goes to. */
export interface SliderKey {
  /** As `KeyboardEvent.key`. */
  readonly keys: readonly string[];
  readonly label: StringKey;
  readonly stop: (index: number, positions: Positions) => number;
}

/** Every key of the log slider. The sheet on `?` is built from it. */
export const SLIDER_KEYS: readonly SliderKey[] = [
  { keys: ['ArrowLeft', 'ArrowDown'], label: 'keyEarlier', stop: (index) => index - 1 },
  { keys: ['ArrowRight', 'ArrowUp'], label: 'keyLater', stop: (index) => index + 1 },
  { keys: ['PageDown'], label: 'keyCheckpointBefore', stop: (index, positions) => positions.checkpoint(index, -1) },
  { keys: ['PageUp'], label: 'keyCheckpointAfter', stop: (index, positions) => positions.checkpoint(index, 1) },
  { keys: ['Home'], label: 'keyLogFile', stop: () => 0 },
  { keys: ['End'], label: 'keyLogNow', stop: (_, { last }) => last },
];
