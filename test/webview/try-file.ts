import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { buildBundles, launchBrowser, openFile } from './harness.ts';

/** Takes pictures of the graph of real files: `node test/webview/try-file.ts DIRECTORY FILE…`. */
const [directory = 'test-results/files', ...files] = process.argv.slice(2);
await mkdir(directory, { recursive: true });
const bundles = await buildBundles();
const browser = await launchBrowser();
try {
  for (const file of files) {
    const { page, errors, close } = await openFile(browser, bundles, file, { theme: 'dark' });
    await page.locator('.row:not(.placeholder), h1').first().waitFor();
    await page.waitForTimeout(600);
    await page.screenshot({ path: `${directory}/${basename(file, '.jsonl').slice(0, 8)}.png` });
    console.log(file, await page.locator('.resume-text, h1').allTextContents(), errors);
    await close();
  }
} finally {
  await browser.close();
}
