/** Pictures of the graph in its states, for a person to look at: test-results/graph-*.png. Nothing in them may be cut off at the side. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { root } from '../../scripts/bootstrap.mjs';
import { openGraph, settled, type Bundles } from './harness.ts';
import { isMessage, SHOTS } from './shot-list.ts';
import { it } from './tier.ts';

const FOLDER = join(root, 'test-results');
const TAKEN = ['dark', 'light', 'contrast', 'contrastNarrow', 'narrow', 'zoomed', 'wide', 'huge', 'empty', 'notsession'];
let browser: Browser;
let bundles: Bundles;

it.beforeAll(async ({ shared }) => {
  ({ bundles, browser } = shared);
  await mkdir(FOLDER, { recursive: true });
}, 60_000);

it.each(TAKEN)('%s', async (name) => {
  const options = SHOTS[name] ?? {};
  const { page, errors, release } = await openGraph(browser, bundles, options);
  if (isMessage(options)) await page.locator('h1').waitFor();
  else await settled(page);
  await page.screenshot({ path: join(FOLDER, `graph-${name}.png`) });
  const overflow = `document.documentElement.scrollWidth - innerWidth`;
  await expect.poll(() => page.evaluate<number>(overflow)).toBeLessThanOrEqual(0);
  expect(errors).toEqual([]);
  await release();
});
