/** The graph at other positions of the log: a real file, its real analysis, the shipped page. */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { root } from '../../scripts/bootstrap.mjs';
import { present } from '../support/expect-value.ts';
import { axeViolations, openFile, type Bundles } from './harness.ts';
import type { FakeSession } from './page/fake-session.ts';
import { it } from './tier.ts';

let browser: Browser;
let bundles: Bundles;
let sample = '';

it.beforeAll(async ({ shared }) => {
  ({ bundles, browser } = shared);
  const folder = path.join(root, 'media', 'sample');
  sample = path.join(folder, present((await readdir(folder)).find((name) => name.endsWith('.jsonl'))));
  await mkdir(path.join(root, 'test-results'), { recursive: true });
}, 60_000);

/** Events 1 and 2 repair, 3 is a checkpoint, 4 repairs, 5 takes event 4 back, 6 takes event 5 back. */
async function sixEvents(session: FakeSession): Promise<void> {
  if (session.opening.kind !== 'open') throw new Error('The stand-in is always open');
  const { handle } = session.opening;
  const repairNext = async (): Promise<void> => {
    const orphan = present(
      (await handle.model.judgement.findings()).find((finding) => finding.code.startsWith('orphan') && finding.repairable),
    );
    const link = present((await handle.model.judgement.suggestions(orphan.id)).find(({ kind }) => kind === 'reparent'));
    await handle.repair(orphan, link, 'looked at it');
  };
  await repairNext();
  await repairNext();
  await handle.note({ checkpoint: 'before lunch' }, '');
  await repairNext();
  await handle.revert(present(handle.events[3]).event_id, '');
  await handle.revert(present(handle.events[4]).event_id, '');
}

const LONG = 2500;

/** A log of 2,500 events: remarks, every thousandth a checkpoint. */
async function longLog(session: FakeSession): Promise<void> {
  if (session.opening.kind !== 'open') throw new Error('The stand-in is always open');
  const { note } = session.opening.handle;
  await note({}, '');
  const first = present(session.events[0]);
  for (let seq = 2; seq < LONG; seq++) {
    const payload = seq % 1000 === 0 ? { checkpoint: `round ${seq}` } : {};
    session.events.push({ ...first, event_id: `event-${seq}`, seq, payload, operator: `user:u${seq}` });
  }
  await note({}, '');
}

/** No row on the screen waits to be filled. */
async function drawn(page: Page): Promise<void> {
  await page.locator('.row:not(.placeholder)').first().waitFor();
  await expect.poll(() => page.locator('.row.placeholder').count()).toBe(0);
}

const inForce = (page: Page): Promise<string[]> => page.locator('.fact.repaired').allTextContents();

describe('the graph at another position of the log', () => {
  it('is drawn as it was, read-only, by keys and by pointer, and compared with now', async () => {
    const { page, errors, release } = await openFile(browser, bundles, sample, { theme: 'dark' }, sixEvents);
    await drawn(page);
    await expect.poll(async () => (await inForce(page)).join('')).toContain('3 repairs in force');
    const slider = page.getByRole('slider', { name: 'Position in the repair log' });
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/^now, behind event 6: .*Repair taken back by user:ada/);
    await expect.poll(() => page.locator('.log-dot').count()).toBe(6);
    await page.screenshot({ path: path.join(root, 'test-results', 'travel-now.png') });

    await slider.focus();
    await page.keyboard.press('PageDown');
    await expect.poll(() => page.locator('.travel-message').textContent()).toMatch(/^As of event 3 of 6, 08:03\./);
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toBe('event 3 of 6, 08:03, checkpoint before lunch');
    await page.keyboard.press('Home');
    await expect.poll(() => page.locator('.travel-message').textContent()).toMatch(/^The file without repairs\./);
    await expect.poll(() => page.locator('.fact.repaired').filter({ visible: true }).count()).toBe(0);
    await page.getByRole('button', { name: /Repair All Safe/ }).click();
    await expect.poll(() => page.locator('.status-message').textContent()).toContain('Go back to now first');

    const track = present(await page.locator('.log-track').boundingBox());
    await page.mouse.click(track.x + track.width * 0.66, track.y + track.height / 2);
    await expect.poll(() => page.locator('.travel-message').textContent()).toMatch(/^As of event 4 of 6/);
    await drawn(page);
    await page.screenshot({ path: path.join(root, 'test-results', 'travel-past.png') });
    expect(await axeViolations(page)).toEqual([]);

    await page.keyboard.press('Home');
    await expect.poll(() => page.locator('.travel-message').textContent()).toMatch(/^The file without/);
    await page.getByRole('button', { name: 'Compare with Now' }).click();
    await expect
      .poll(() => page.locator('.travel-message').textContent())
      .toMatch(/^Now compared with the file without repairs: 3 other parents, .*\d+ more loaded/);
    await page.getByText('List of changes', { exact: true }).click();
    const change = page.locator('.travel-changes li').first();
    await expect.poll(() => change.textContent()).toMatch(/^other parentline \d+ .*→ line \d+/);
    await change.getByRole('button').click();
    await drawn(page);
    const row = page.locator('.row.selected');
    await expect.poll(() => row.locator('.badge.change').allTextContents()).toContain('Pother parent');
    await page.screenshot({ path: path.join(root, 'test-results', 'travel-compare.png') });
    expect(await axeViolations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Back to Now' }).click();
    await page.locator('.travel-bar').waitFor({ state: 'hidden' });
    await expect.poll(async () => (await inForce(page)).join('')).toContain('3 repairs in force');
    await expect.poll(() => page.locator('.badge.change').count()).toBe(0);
    expect(errors).toEqual([]);
    await release();
  });

  it('goes to each event of a long log, and the sheet of keys tells how', async () => {
    const { page, errors, release } = await openFile(browser, bundles, sample, { theme: 'dark' }, longLog);
    await drawn(page);
    const slider = page.getByRole('slider', { name: 'Position in the repair log' });
    const value = (): Promise<string | null> => slider.getAttribute('aria-valuetext');
    await expect.poll(value).toMatch(/^now, behind event 2,500/);
    await expect.poll(() => page.locator('.log-dot').count()).toBeLessThan(250);
    await slider.focus();
    // Two that no dot is drawn for, from both sides.
    await page.keyboard.press('PageDown');
    await expect.poll(value).toMatch(/^event 2,000 of 2,500, .*checkpoint round 2000$/);
    for (const seq of [2001, 2002, 2003]) {
      await page.keyboard.press('ArrowRight');
      await expect.poll(value).toMatch(new RegExp(`^event 2,00${seq % 10} of 2,500, .* by user:u${seq}$`));
    }
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(value).toMatch(/^event 2 of 2,500, .* by user:u2$/);
    await expect.poll(() => page.locator('.travel-message').textContent()).toMatch(/^As of event 2 of 2,500, /);
    await page.screenshot({ path: path.join(root, 'test-results', 'travel-long.png') });
    await page.keyboard.press('?');
    const keys = page.locator('.key-sheet section').filter({ hasText: 'On the line of the repair log' });
    await expect.poll(() => keys.locator('dd').allTextContents()).toContain('Checkpoint before');
    await page.screenshot({ path: path.join(root, 'test-results', 'keys-of-the-log.png') });
    expect(await axeViolations(page)).toEqual([]);
    expect(errors).toEqual([]);
    await release();
  });

  it('can be read in light themes too', async () => {
    const { page, errors, release } = await openFile(browser, bundles, sample, { theme: 'light', width: 900 }, sixEvents);
    await drawn(page);
    await page.getByRole('slider').focus();
    await page.keyboard.press('PageDown');
    await page.locator('.travel-message').waitFor();
    await page.getByRole('button', { name: 'Compare with Now' }).click();
    await expect.poll(() => page.locator('.travel-message').textContent()).toMatch(/^Now compared with event 3/);
    await page.screenshot({ path: path.join(root, 'test-results', 'travel-light.png') });
    expect(await axeViolations(page)).toEqual([]);
    expect(errors).toEqual([]);
    await release();
  });
});
