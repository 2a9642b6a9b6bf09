import type { ArrangementChoice } from '../src/core/arrangement/arrangement.ts';
import { FIRST_CHOICE } from './page/arranging.ts';

/** Where the user was: survives hiding, moving and reloading. Never holds what the host knows better. */
export interface ViewState {
  readonly version: 2;
  /** Row at the top and how many pixels of it are scrolled away. */
  readonly topRow: number;
  readonly offset: number;
  readonly selectedUuid: string | null;
  /** Pixels. */
  readonly paneHeight: number;
  readonly paneOpen: boolean;
  readonly choice: ArrangementChoice;
}

/** Reads a remembered state; anything else, such as that of another version, is forgotten. */
export function readViewState(value: unknown): ViewState | null {
  if (typeof value !== 'object' || value === null) return null;
  const state = value as Partial<Record<keyof ViewState, unknown>>;
  if (state.version !== 2) return null;
  const { topRow, offset, selectedUuid, paneHeight, paneOpen, choice } = state;
  if (!isNatural(topRow) || !isNatural(offset) || !isNatural(paneHeight)) return null;
  if (typeof paneOpen !== 'boolean' || (selectedUuid !== null && typeof selectedUuid !== 'string')) return null;
  return { version: 2, topRow, offset, selectedUuid, paneHeight, paneOpen, choice: readChoice(choice) };
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The page wrote it itself: its outside is looked at, the host checks the rest. */
function readChoice(value: unknown): ArrangementChoice {
  const isWhole = typeof value === 'object' && value !== null && 'filter' in value && 'folded' in value && 'except' in value;
  return isWhole && Array.isArray(value.except) ? (value as ArrangementChoice) : FIRST_CHOICE;
}
