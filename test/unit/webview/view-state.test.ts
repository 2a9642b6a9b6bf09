import { describe, expect, it } from 'vitest';
import { FIRST_CHOICE } from '../../../webview/page/arranging.ts';
import { boundedViewState, emptyViewState, readViewState } from '../../../webview/view-state.ts';

const STATE = {
  ...emptyViewState(280),
  topRow: 40,
  offset: 7,
  topUuid: 'a',
  selectedUuid: 'b',
  follow: true,
  choice: { ...FIRST_CHOICE, filter: 'orphans', except: [{ kind: 'run', uuid: 'c' }] },
} as const;

describe('the remembered state of a graph', () => {
  it('is read as it was written', () => {
    expect(readViewState(JSON.parse(JSON.stringify(boundedViewState(STATE))))).toEqual(STATE);
  });

  it('of version 1 keeps the place', () => {
    const old = { version: 1, topRow: 3, offset: 0, selectedUuid: null, paneHeight: 300, paneOpen: true };
    expect(readViewState(old)).toEqual({ ...emptyViewState(300), topRow: 3, paneOpen: true });
  });

  it.each([
    null,
    'state',
    {},
    { ...STATE, version: 3 },
    { ...STATE, topRow: -1 },
    { ...STATE, topRow: 1e300 },
    { ...STATE, selectedUuid: 5 },
    { ...STATE, choice: 'all' },
    { ...STATE, choice: { ...FIRST_CHOICE, except: [1] } },
    { ...STATE, choice: { ...FIRST_CHOICE, filter: null } },
    { ...STATE, follow: 'yes' },
  ])('that is not sound is forgotten: %j', (value) => {
    expect(readViewState(value)).toBeNull();
  });

  it('stays small, whatever a session names its records and however much was folded', () => {
    const except = Array.from({ length: 50_000 }, (_, i) => ({ kind: 'run' as const, uuid: `record-${i}` }));
    const huge = 'x'.repeat(1_000_000);
    const state = boundedViewState({
      ...STATE,
      topUuid: huge,
      selectedUuid: huge,
      choice: { ...FIRST_CHOICE, except: [...except, { kind: 'run', uuid: huge }] },
    });
    expect(JSON.stringify(state).length).toBeLessThan(100_000);
    expect(state.choice.except.at(-1)?.uuid).toBe('record-49999');
    expect(state.selectedUuid).toBeNull();
  });
});
