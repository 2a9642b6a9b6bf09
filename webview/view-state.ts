/** Where the user was: survives hiding, moving and reloading. Never holds what the host knows better. */
export interface ViewState {
  readonly version: 2;
  /** Row at the top and how many pixels of it are scrolled away. */
  readonly topRow: number;
  readonly offset: number;
  /** Record of that row: it is found again when rows came or went before it. Null while it was not loaded. */
  readonly topUuid: string | null;
  readonly selectedUuid: string | null;
  /** Pixels. */
  readonly paneHeight: number;
  readonly paneOpen: boolean;
  /** The end of the session stays on the screen while it grows. */
  readonly follow: boolean;
  /** Records whose fold the user closed or opened against what is usual, oldest first. */
  readonly folded: readonly string[];
  readonly unfolded: readonly string[];
  /** Names of the filters that are on. */
  readonly filters: readonly string[];
  /** What is looked for; empty for nothing. */
  readonly find: string;
}

/** Most entries of each list: the editor keeps the state of every graph ever opened in its own storage. */
const MOST_FOLDS = 1000;
const MOST_FILTERS = 50;
/** UTF-16 units. */
const LONGEST_NAME = 200;
const LONGEST_FIND = 1000;

/** A state with nothing chosen yet, to be changed by what is known. */
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
    folded: [],
    unfolded: [],
    filters: [],
    find: '',
  };
}

/** The state within its bounds: what was folded longest ago is forgotten first, ids that are no ids are left out. */
export function boundedViewState(state: ViewState): ViewState {
  return {
    ...state,
    topUuid: boundedName(state.topUuid),
    selectedUuid: boundedName(state.selectedUuid),
    folded: boundedNames(state.folded, MOST_FOLDS),
    unfolded: boundedNames(state.unfolded, MOST_FOLDS),
    filters: boundedNames(state.filters, MOST_FILTERS),
    find: state.find.slice(0, LONGEST_FIND),
  };
}

/** Reads a remembered state, also that of version 1; anything else is forgotten. */
export function readViewState(value: unknown): ViewState | null {
  if (typeof value !== 'object' || value === null) return null;
  const state = value as Partial<Record<keyof ViewState, unknown>>;
  if (state.version !== 1 && state.version !== 2) return null;
  const { topRow, offset, topUuid = null, selectedUuid, paneHeight, paneOpen } = state;
  const { follow = false, folded = [], unfolded = [], filters = [], find = '' } = state;
  if (!isNatural(topRow) || !isNatural(offset) || !isNatural(paneHeight)) return null;
  if (typeof paneOpen !== 'boolean' || typeof follow !== 'boolean' || typeof find !== 'string') return null;
  if (!isName(topUuid) || !isName(selectedUuid)) return null;
  if (!isNames(folded) || !isNames(unfolded) || !isNames(filters)) return null;
  return boundedViewState({
    version: 2,
    topRow,
    offset,
    topUuid,
    selectedUuid,
    paneHeight,
    paneOpen,
    follow,
    folded,
    unfolded,
    filters,
    find,
  });
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isName(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function boundedName(name: string | null): string | null {
  return name === null || name.length > LONGEST_NAME ? null : name;
}

function boundedNames(names: readonly string[], most: number): readonly string[] {
  return names.filter((name) => name.length <= LONGEST_NAME).slice(-most);
}
