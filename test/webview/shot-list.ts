import type { OpenOptions } from './harness.ts';

/** States of the graph that pictures are taken of. */
export const SHOTS: Readonly<Record<string, OpenOptions>> = {
  dark: { theme: 'dark' },
  light: { theme: 'light' },
  contrast: { theme: 'contrast' },
  contrastNarrow: { theme: 'contrast', width: 460, height: 820 },
  wide: { theme: 'light', width: 1900, height: 900 },
  zoomed: { theme: 'light', width: 600, height: 430, scale: 2 },
  narrowCrowded: { theme: 'light', width: 460, height: 820, rows: 30_000 },
  narrow: { theme: 'dark', width: 460, height: 820 },
  notices: { theme: 'light', notices: true, height: 620 },
  healthy: { theme: 'dark', scenario: 'healthy', rows: 300 },
  huge: { theme: 'dark', rows: 100_000 },
  hostile: { theme: 'light', scenario: 'hostile' },
  empty: { theme: 'light', scenario: 'empty', height: 420 },
  notsession: { theme: 'dark', scenario: 'notsession', height: 420 },
  unreadable: { theme: 'light', scenario: 'unreadable', height: 420 },
  loading: { theme: 'dark', scenario: 'loading', height: 420 },
};

/** Whether a page without rows stands in place of the graph. */
export function isMessage({ scenario }: OpenOptions): boolean {
  return scenario === 'notsession' || scenario === 'empty' || scenario === 'unreadable' || scenario === 'loading';
}
