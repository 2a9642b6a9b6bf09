import { mkdir } from 'node:fs/promises';
import { buildBundles, launchBrowser, openGraph, settled } from './harness.ts';
import { isMessage, SHOTS } from './shot-list.ts';

/** Takes pictures of the graph in its states: `node test/webview/shots.ts DIRECTORY [name…]`. */
const [directory = 'test-results/graph', ...names] = process.argv.slice(2);
await mkdir(directory, { recursive: true });
const bundles = await buildBundles();
console.log(`graph.js ${bundles.graphJs.length} bytes, graph.css ${bundles.graphCss.length} bytes`);
const browser = await launchBrowser();
try {
  for (const [name, options] of Object.entries(SHOTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const { page, errors, close } = await openGraph(browser, bundles, options);
    if (isMessage(options)) await page.locator('h1').waitFor();
    else await settled(page);
    await page.screenshot({ path: `${directory}/${name}.png` });
    if (name === 'dark') {
      await page.keyboard.press('d');
      await page.keyboard.press('g');
      await page.keyboard.press('g');
      await page.mouse.wheel(0, 0);
      await settled(page);
      await page.screenshot({ path: `${directory}/top.png` });
      await page.keyboard.press('d');
      await page.keyboard.press(']');
      await settled(page);
      await page.keyboard.press('r');
      await settled(page);
      await page.screenshot({ path: `${directory}/repaired.png` });
      await page.keyboard.press('k');
      await page.keyboard.press('k');
      await page.locator('.row .badge.repaired').hover();
      await page.locator('.hover-card').waitFor();
      await page.screenshot({ path: `${directory}/hover.png` });
      await page.keyboard.press('?');
      await page.locator('dialog').waitFor();
      await page.screenshot({ path: `${directory}/keys.png` });
    }
    const violations: unknown = await page.evaluate('rig.violations');
    console.log(name, errors, violations);
    await close();
  }
} finally {
  await browser.close();
}
