/** Where the user was: survives hiding, moving and reloading. Never holds what the host knows better. */
export interface ViewState {
  readonly version: 1;
  /** Row at the top and how many pixels of it are scrolled away. */
  readonly topRow: number;
  readonly offset: number;
  readonly selectedUuid: string | null;
  /** Pixels. */
  readonly paneHeight: number;
  readonly paneOpen: boolean;
}

/** Reads a remembered state; anything else, such as that of another version, is forgotten. */
export function readViewState(value: unknown): ViewState | null {
  if (typeof value !== 'object' || value === null) return null;
  const state = value as Partial<Record<keyof ViewState, unknown>>;
  if (state.version !== 1) return null;
  const { topRow, offset, selectedUuid, paneHeight, paneOpen } = state;
  if (!isNatural(topRow) || !isNatural(offset) || !isNatural(paneHeight)) return null;
  if (typeof paneOpen !== 'boolean' || (selectedUuid !== null && typeof selectedUuid !== 'string')) return null;
  return { version: 1, topRow, offset, selectedUuid, paneHeight, paneOpen };
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
