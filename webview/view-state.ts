import type { ArrangementChoice } from '../src/core/arrangement/arrangement.ts';
import { FIRST_CHOICE } from './page/arranging.ts';

/** The saved position and choices of the user: they survive hiding, moving and reloading. Never contains data of the host. */
export interface ViewState {
  readonly version: 2;
  /** Row at the top and how many of its pixels are scrolled out. */
  readonly topRow: number;
  readonly offset: number;
  /** Record of that row, by which it is found again when rows before it changed. Null while it is not loaded. */
  readonly topUuid: string | null;
  readonly selectedUuid: string | null;
  /** Pixels. */
  readonly paneHeight: number;
  readonly paneOpen: boolean;
  /** Whether the page follows the end of the session. */
  readonly follow: boolean;
  /** What is folded and filtered. */
  readonly choice: ArrangementChoice;
}

/** Most folds that are saved: the editor keeps the state of every graph ever opened in its own storage. */
const MOST_FOLDS = 1000;
/** UTF-16 units. */
const LONGEST_NAME = 200;

/** A state without any choice. */
export function emptyViewState(paneHeight: number): ViewState {
  return {
    version: 2,
    topRow: 0,
    offset: 0,
    topUuid: null,
    selectedUuid: null,
    paneHeight,
    paneOpen: false,
    follow: false,
    choice: FIRST_CHOICE,
  };
}

/** The state within its bounds: the oldest folds are dropped first, and invalid ids are left out. */
export function boundedViewState(state: ViewState): ViewState {
  const { topUuid, selectedUuid, choice } = state;
  const except = choice.except.filter(({ uuid }) => uuid.length <= LONGEST_NAME).slice(-MOST_FOLDS);
  return { ...state, topUuid: boundedName(topUuid), selectedUuid: boundedName(selectedUuid), choice: { ...choice, except } };
}

/** Reads a saved state, also of version 1; anything else is discarded. */
export function readViewState(value: unknown): ViewState | null {
  if (!isObject(value)) return null;
  const state: Partial<Record<keyof ViewState, unknown>> = value;
  if (state.version !== 1 && state.version !== 2) return null;
  const { topRow, offset, topUuid = null, selectedUuid, paneHeight, paneOpen, follow = false, choice = FIRST_CHOICE } = state;
  if (!isNatural(topRow) || !isNatural(offset) || !isNatural(paneHeight)) return null;
  if (typeof paneOpen !== 'boolean' || typeof follow !== 'boolean' || !isName(topUuid) || !isName(selectedUuid)) return null;
  if (!isChoice(choice)) return null;
  return boundedViewState({ version: 2, topRow, offset, topUuid, selectedUuid, paneHeight, paneOpen, follow, choice });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isName(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

/** Checked only in part: the host validates the names in it. */
function isChoice(value: unknown): value is ArrangementChoice {
  if (!isObject(value) || typeof value['filter'] !== 'string' || !isObject(value['folded'])) return false;
  const { except } = value;
  return Array.isArray(except) && except.every((one) => isObject(one) && typeof one['uuid'] === 'string');
}

function boundedName(name: string | null): string | null {
  return name === null || name.length > LONGEST_NAME ? null : name;
}
