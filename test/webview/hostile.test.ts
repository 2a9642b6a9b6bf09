/** A session whose every text is an attack, read from its file and shown by the page that is shipped. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { HOSTILE_FILE, hostileSession } from '../support/hostile-session.ts';
import { openFile, settled, type OpenPage } from './harness.ts';
import { it } from './tier.ts';

let folder: string;
let open: OpenPage;

it.beforeAll(async ({ shared: { bundles, browser } }) => {
  folder = await mkdtemp(join(tmpdir(), 'riff-hostile-'));
  const path = join(folder, HOSTILE_FILE);
  await writeFile(path, hostileSession());
  open = await openFile(browser, bundles, path);
  await settled(open.page);
}, 60_000);

afterAll(async () => {
  await open.release();
  await rm(folder, { recursive: true });
});

/** What acts without being seen: controls and marks of direction, the joiners of emoji excepted. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

async function expectHarmless(): Promise<void> {
  const { page } = open;
  await settled(page);
  expect(await page.evaluate('globalThis.__ran')).toBeUndefined();
  expect(await page.evaluate('({}).isAdmin')).toBeUndefined();
  expect(await page.evaluate('rig.violations')).toEqual([]);
  expect(open.errors).toEqual([]);
  expect(open.strangers).toEqual([]);
  const strange =
    'script:not([nonce]), iframe, object, embed, base, form, style:not([nonce]), a[href], img, [onclick], [onerror], [onload]';
  expect(await page.locator('body').locator(strange).count()).toBe(0);
  const said = await page.evaluate<string>(
    `document.body.innerText + [...document.querySelectorAll('[title],[aria-label]')].map((e) => e.title + e.getAttribute('aria-label')).join(' ')`,
  );
  expect(UNSEEN.exec(said)).toBeNull();
}

/** Goes through all rows by key, in the page itself: each is selected, its details unfolded. Gives the row where that failed, or null. */
const WALK = `(async () => {
  const until = async (holds) => {
    for (const end = performance.now() + 10_000; !holds(); await new Promise(requestAnimationFrame)) if (performance.now() > end) return false;
    return true;
  };
  const details = document.querySelector('.details');
  const rows = Number(document.querySelector('.row').getAttribute('aria-setsize'));
  for (let row = 1; row <= rows; row++) {
    const shown = () => [...details.querySelectorAll('.record-heading .quiet')].some((part) => part.textContent === 'line ' + row);
    if (!(await until(shown))) return row;
    const unfolded = () => {
      // Candidates that come late draw the details anew.
      const fold = details.querySelector('.raw-fold');
      fold.open = true;
      return fold.querySelector('.raw').textContent !== '';
    };
    if (!(await until(unfolded))) return row;
    details.querySelector('.block .more')?.click();
    if ([...document.querySelectorAll('.row')].some((element) => element.clientHeight !== 22)) return row;
    document.querySelector('.list').dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
  }
  return rows > 45 ? null : 0;
})()`;

describe('a session of attacks', () => {
  it('does nothing when each of its messages is shown', async () => {
    const { page } = open;
    await page.locator('.list').focus();
    await page.keyboard.press('Home');
    expect(await page.evaluate(WALK)).toBeNull();
    await expectHarmless();
  });

  it('does nothing in findings, candidates, hovers and the history of repairs', async () => {
    const { page } = open;
    await page.locator('.counts').click();
    await page.locator('.finding-row').first().waitFor();
    await expectHarmless();
    const count = await page.locator('.finding-row').count();
    expect(count).toBeGreaterThan(5);
    await page.locator('.finding-row', { hasText: 'orphan-parent-missing' }).first().click();
    await page.locator('.candidate vscode-button').first().click();
    await page.locator('.history').waitFor();
    await page.locator('.row .badge.repaired').first().hover();
    await page.locator('.hover-card:visible').waitFor();
    await expectHarmless();
  });

  it('comes back when the page is loaded again', async () => {
    await open.page.reload();
    await open.page.locator('.row[aria-selected="true"]').waitFor();
    await expectHarmless();
  });
});
