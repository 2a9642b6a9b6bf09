import { test } from 'vitest';
import { buildBundles, launchBrowser } from './harness.ts';

/** The page as it is shipped, built once for all files of this tier, and one browser, whose released pages serve the next file. */
export const it = test
  .extend('bundles', { scope: 'worker' }, buildBundles)
  .extend('shared', { scope: 'worker' }, async ({ bundles }, { onCleanup }) => {
    const browser = await launchBrowser();
    onCleanup(() => browser.close());
    return { bundles, browser };
  });
