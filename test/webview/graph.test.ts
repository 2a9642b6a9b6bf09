import type { Browser, Page } from 'playwright-core';
import { afterEach, describe, expect } from 'vitest';
import { axeViolations, openGraph, settled, type Bundles, type OpenOptions } from './harness.ts';
import { it } from './tier.ts';

let browser: Browser;
let bundles: Bundles;
const releasing: (() => Promise<void>)[] = [];

it.beforeAll(({ shared }) => {
  ({ bundles, browser } = shared);
}, 60_000);

afterEach(async () => {
  for (const release of releasing.splice(0)) await release();
});

async function open(options: OpenOptions = {}): Promise<{ page: Page; errors: string[] }> {
  const { page, errors, release } = await openGraph(browser, bundles, options);
  releasing.push(release);
  return { page, errors };
}

const selectedPosition = (page: Page): Promise<string | null> => page.locator('.row[aria-selected="true"]').getAttribute('aria-posinset');

describe('a damaged session', () => {
  it('opens at the first error and says what a resume loads', async () => {
    const { page, errors } = await open();
    await settled(page);
    const row = page.locator('.row[aria-selected="true"]');
    await expect.poll(() => row.ariaSnapshot()).toMatch(/Stop hook.*parent is missing.*suggested parent in row 73.*orphan-parent-missing/);
    await expect
      .poll(() => page.locator('.resume-text').textContent())
      .toBe('The stand-in 1.0 loads 70 → 97 of 97 after repair · 24 before the last compaction');
    await expect.poll(() => page.locator('.candidate').count()).toBe(3);
    await expect.poll(() => page.locator('.candidate').first().textContent()).toContain('the stand-in 1.0 loads 70 → 97');
    expect(errors).toEqual([]);
  });

  it('goes to a finding whose mark in the overview is pressed', async () => {
    const { page } = await open();
    await settled(page);
    await expect.poll(() => selectedPosition(page)).toBe('74');
    await page.keyboard.press('G');
    await expect.poll(() => selectedPosition(page)).not.toBe('74');
    const height = await page.locator('.minimap canvas').evaluate((canvas: { clientHeight: number }) => canvas.clientHeight);
    await page.locator('.minimap').click({ position: { x: 40, y: (73.5 / 151) * height + 2 } });
    await expect.poll(() => selectedPosition(page)).toBe('74');
  });

  it('repairs, shows who did it and why, and takes it back', async () => {
    const { page, errors } = await open();
    await settled(page);
    await page.locator('.candidate vscode-button').first().click();
    await page.locator('.history').waitFor();
    await settled(page);
    const history = page.locator('.details .history');
    for (const said of ['Parent repaired', 'ada', 'checked against the transcript']) {
      await expect.poll(() => history.textContent()).toContain(said);
    }
    // The file is as it was; the log says what a copy of it would be.
    await expect
      .poll(() => page.locator('.resume-text').textContent())
      .toBe('The stand-in 1.0 loads 70 → 97 of 97 in a repaired copy · 24 before the last compaction');
    await expect.poll(() => page.locator('.row .badge.repaired').count()).toBe(1);
    await expect.poll(() => page.locator('[role=status]').textContent()).toBe('Repaired.');

    await page.locator('.details .history vscode-button', { hasText: 'Revert' }).click();
    await page.locator('.finding').waitFor();
    await settled(page);
    await expect.poll(() => page.locator('.resume-text').textContent()).toContain('after repair');
    await expect.poll(() => page.locator('.details .history li').count()).toBe(2);
    await expect.poll(() => page.locator('.details .history li.inactive').textContent()).toContain('taken back');
    expect(errors).toEqual([]);
  });

  it('makes all safe repairs at once', async () => {
    const { page, errors } = await open();
    await settled(page);
    const all = page.locator('.header vscode-button', { hasText: 'Repair All Safe' });
    const named = (name: string): Promise<number> => page.getByRole('button', { name, exact: true }).count();
    await expect.poll(() => named('Repair All Safe (1)')).toBe(1);
    await all.click();
    await page.locator('.resume-after').waitFor();
    await expect.poll(() => page.locator('[role=status]').textContent()).toBe('1 of 1 repairs made.');
    await settled(page);
    await expect
      .poll(() => page.locator('.resume-text').textContent())
      .toBe('The stand-in 1.0 loads 70 → 97 of 97 in a repaired copy · 24 before the last compaction');
    await expect.poll(() => page.evaluate('rig.session.events.length')).toBe(1);
    await expect.poll(() => named('Repair All Safe (0)')).toBe(1);
    await expect.poll(() => all.getAttribute('disabled')).not.toBeNull();
    await expect.poll(() => all.getAttribute('title')).toBe('No finding needs a repair in the log');
    expect(errors).toEqual([]);
  });

  it('goes to a repair and puts the focus on its best candidate', async () => {
    const { page } = await open();
    await settled(page);
    const start = await selectedPosition(page);
    await page.keyboard.press('G');
    await settled(page);
    await page.locator('.header vscode-button', { hasText: 'Next Repair' }).click();
    await settled(page);
    await expect.poll(() => selectedPosition(page)).toBe(start);
    await page.locator('.repair-button:focus').waitFor();
  });

  it('refuses a candidate that is no longer what the user saw', async () => {
    const { page } = await open();
    await settled(page);
    await page.evaluate(`rig.session.model.updates.applyRepairs({ parents: { [document.querySelector('.uuid').textContent]: null } })`);
    await page.locator('.candidate vscode-button').first().click();
    await page.locator('.status-message.bad').waitFor();
    await expect.poll(() => page.locator('[role=status]').textContent()).toContain('nothing was done');
    await expect.poll(() => page.evaluate('rig.session.events.length')).toBe(0);
  });

  it('does nothing when the question for the reason is dismissed', async () => {
    const { page } = await open();
    await settled(page);
    await page.evaluate('rig.session.reason = undefined');
    await page.keyboard.press('r');
    await settled(page);
    await expect.poll(() => page.locator('[role=status]').textContent()).toBe('Cancelled; nothing was done.');
    await expect.poll(() => page.evaluate('rig.session.events.length')).toBe(0);
  });

  it('says why an action failed and what to do', async () => {
    const { page } = await open();
    await settled(page);
    await page.locator('vscode-button', { hasText: 'Sync' }).click();
    await page.locator('.status-message.bad').waitFor();
    await expect.poll(() => page.locator('[role=status]').textContent()).toBe('The database did not answer. Check its address.');
  });

  it('shows the repair history on hover', async () => {
    const { page } = await open();
    await settled(page);
    await page.keyboard.press('r');
    await page.locator('.row .badge.repaired').hover();
    await page.locator('.hover-card:visible').waitFor();
    await expect.poll(() => page.locator('.hover-card').textContent()).toContain('checked against the transcript');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.hover-card:visible').count()).toBe(0);
  });
});

describe('keys', () => {
  it('move the selection and keep it on the screen', async () => {
    const { page } = await open();
    await settled(page);
    const start = Number(await selectedPosition(page));
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('k');
    await expect.poll(() => selectedPosition(page)).toBe(String(start + 1));
    await page.keyboard.press('g');
    await page.keyboard.press('g');
    await settled(page);
    await expect.poll(() => selectedPosition(page)).toBe('1');
    await page.keyboard.press('G');
    await settled(page);
    await expect.poll(() => selectedPosition(page)).toBe('151');
    await page.keyboard.press('PageUp');
    await expect.poll(async () => Number(await selectedPosition(page))).toBeLessThan(145);
    const tree = page.locator('[role=tree]');
    const active = await tree.getAttribute('aria-activedescendant');
    await expect.poll(() => page.locator(`#${active}`).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('[');
    await settled(page);
    await expect.poll(() => selectedPosition(page)).toBe(String(start));
  });

  it('open the line in the text editor, fold the details and show their own sheet', async () => {
    const { page } = await open();
    await settled(page);
    const line = Number(await selectedPosition(page));
    await page.keyboard.press('Enter');
    await settled(page);
    await expect.poll(() => page.evaluate('rig.session.openedLines')).toEqual([line]);
    await page.keyboard.press('d');
    await expect.poll(() => page.locator('.details:visible').count()).toBe(0);
    await page.keyboard.press('?');
    await expect.poll(() => page.locator('dialog dd', { hasText: 'Next finding' }).count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    await page.keyboard.press('j');
    await expect.poll(() => selectedPosition(page)).toBe(String(line + 1));
  });

  it('go to parent and child', async () => {
    const { page } = await open();
    await settled(page);
    const start = Number(await selectedPosition(page));
    await page.keyboard.press('ArrowRight');
    await settled(page);
    await expect.poll(() => selectedPosition(page)).toBe(String(start + 1));
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => selectedPosition(page)).toBe(String(start));
  });
});

describe('a page that changes', () => {
  it('keeps position and selection when the session grows', async () => {
    const { page } = await open();
    await settled(page);
    const before = await selectedPosition(page);
    const top = await page.evaluate(`document.querySelector('.list').scrollTop`);
    await page.evaluate('rig.append(40)');
    await page.locator('.row[aria-setsize="191"]').first().waitFor();
    await settled(page);
    await expect.poll(() => selectedPosition(page)).toBe(before);
    await expect.poll(() => page.evaluate(`document.querySelector('.list').scrollTop`)).toBe(top);
  });

  it('follows the end of a session that grows, until the user goes elsewhere', async () => {
    const { page, errors } = await open();
    await settled(page);
    const follow = page.locator('.follow');
    const below = (): Promise<number> => page.locator('.list').evaluate(toEnd);
    const rows = async (): Promise<number> => Number(await page.locator('.row').first().getAttribute('aria-setsize'));
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
    await page.evaluate('rig.append(3)');
    const pill = page.locator('.new-messages');
    await pill.waitFor();
    await expect.poll(() => pill.textContent()).toBe('2 new messages ↓');
    await expect.poll(() => page.locator('[role=status]').textContent()).toBe('2 new messages');

    const selected = await page.locator('.uuid').textContent();
    await pill.click();
    await expect.poll(below).toBeLessThan(2);
    await expect.poll(() => pill.isVisible()).toBe(false);
    const before = await rows();
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('true');
    await page.evaluate('rig.append(40)');
    await expect.poll(rows).toBeGreaterThan(before + 5);
    await expect.poll(below).toBeLessThan(2);
    await expect.poll(() => page.locator('.uuid').textContent()).toBe(selected);
    expect(await axeViolations(page)).toEqual([]);

    await page.locator('.list').hover();
    await page.mouse.wheel(0, -200);
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
    await page.evaluate('rig.append(2)');
    await pill.waitFor();
    await expect.poll(below).toBeGreaterThan(150);
    await page.locator('.list').focus();
    await page.keyboard.press('F');
    await expect.poll(below).toBeLessThan(2);
    await expect.poll(() => page.evaluate('rig.savedState().follow')).toBe(true);
    expect(errors).toEqual([]);
  });

  it('moves by the wheel, slow turns too', async () => {
    const { page, errors } = await open({ rows: 5000 });
    await settled(page);
    const top = (): Promise<number> => page.evaluate<number>(`document.querySelector('.list').scrollTop`);
    await page.evaluate(`document.querySelector('.list').scrollTop = 0`);
    await page.locator('.list').hover();
    await page.mouse.wheel(0, 2200);
    await expect.poll(top).toBe(2200);
    await page.locator('.row[aria-posinset="101"]').waitFor();
    for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, 0.5);
    await expect.poll(top).toBe(2205);
    await page.mouse.wheel(0, -50_000);
    await expect.poll(top).toBe(0);
    expect(errors).toEqual([]);
  });

  it('comes back where it was', async () => {
    const { page } = await open({ rows: 5000 });
    await settled(page);
    await page.evaluate(`document.querySelector('.list').scrollTop = 44_000`);
    await settled(page);
    await page.locator('.row[aria-posinset="2010"]').click();
    await settled(page);
    await page.keyboard.press('d');
    await page.reload();
    await settled(page);
    await expect.poll(() => selectedPosition(page)).toBe('2010');
    await expect.poll(() => page.evaluate(`document.querySelector('.list').scrollTop`)).toBe(44_000);
    await expect.poll(() => page.locator('.details:visible').count()).toBe(0);
  });

  it('shows a record that another surface asks for', async () => {
    const { page } = await open();
    await settled(page);
    const uuid = '71c20005-8d1f-4c35-9b0e-000000000005';
    await page.evaluate(`rig.reveal('${uuid}')`);
    await page.locator('.uuid', { hasText: uuid }).waitFor();
    await expect.poll(() => selectedPosition(page)).toBe('6');
  });

  it('follows the theme', async () => {
    const { page } = await open();
    await settled(page);
    const ink = (): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll('.gutter canvas')].map((canvas) => canvas.toDataURL()).join()`);
    const dark = await ink();
    await page.evaluate(`rig.applyTheme('contrast')`);
    await expect.poll(ink).not.toBe(dark);
    await expect.poll(() => page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(0, 0, 0)');
  });
});

/** Pixels below the screen. */
const toEnd = (list: { scrollHeight: number; scrollTop: number; clientHeight: number }): number =>
  list.scrollHeight - list.scrollTop - list.clientHeight;

/** Two screens a frame. */
const FLY = `new Promise((done) => {
  const list = document.querySelector('.list');
  let left = 12;
  const step = () => {
    list.scrollTop += 1500;
    if (left-- > 0) requestAnimationFrame(step);
    else done();
  };
  step();
})`;

describe('a huge session', () => {
  it('holds at most 150 rows in the page wherever it is scrolled', async () => {
    const { page, errors } = await open({ rows: 100_000, height: 1800 });
    await settled(page);
    const count = (): Promise<number> => page.locator('.row').count();
    await expect.poll(count).toBeLessThanOrEqual(150);
    for (const top of [1_100_000, 2_100_000, 40, 700_000]) {
      await page.evaluate(`document.querySelector('.list').scrollTop = ${top}`);
      await settled(page);
      await expect.poll(count).toBeLessThanOrEqual(150);
      const first = Math.floor(top / 22) + 2;
      const row = page.locator(`.row[aria-posinset="${first}"]`);
      await expect.poll(() => row.getAttribute('class')).not.toContain('placeholder');
    }
    await page.keyboard.press('G');
    await settled(page);
    await expect.poll(() => selectedPosition(page)).toBe('100000');
    expect(errors).toEqual([]);
  }, 30_000);

  it('shows rows whole again when a fast movement rests', async () => {
    const { page } = await open({ rows: 20_000 });
    await settled(page);
    await page.evaluate(FLY);
    await expect.poll(() => page.locator('.row .chip').count()).toBeGreaterThan(0);
    await expect.poll(() => page.locator('.row.placeholder').count()).toBe(0);
  });

  it('keeps the elements in the order of the rows', async () => {
    const { page } = await open({ rows: 20_000 });
    await settled(page);
    for (const delta of [900, 900, -500, 120_000, -200]) {
      await page.locator('.list').hover();
      await page.mouse.wheel(0, delta);
      await settled(page);
    }
    const order = await page.evaluate<number[]>(
      `[...document.querySelectorAll('.row')].map((row) => Number(row.getAttribute('aria-posinset')))`,
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(new Set(order).size).toBe(order.length);
  });
});

describe('what cannot be drawn', () => {
  it.each([
    ['notsession', 'This file is empty'],
    ['unreadable', 'This file could not be read'],
    ['loading', 'Reading the session…'],
  ] as const)('%s is explained', async (scenario, title) => {
    const { page, errors } = await open({ scenario });
    await page.locator('h1').waitFor();
    await expect.poll(() => page.locator('h1').textContent()).toBe(title);
    expect(await axeViolations(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('lists what could not be read above the graph', async () => {
    const { page } = await open({ notices: true });
    await settled(page);
    await page.locator('.notices summary').click();
    await expect.poll(() => page.locator('.notices li').count()).toBe(2);
    await page.locator('.counts').click();
    await page.locator('.finding-row', { hasText: 'line-unreadable' }).first().click();
    await settled(page);
    await expect.poll(() => page.evaluate('rig.session.openedLines')).toEqual([3]);
  });
});

describe('requests', () => {
  it('are all answered', async () => {
    const { page } = await open({ rows: 3000 });
    await settled(page);
    for (const key of ['j', ']', ']', 'r', '}', '{', 'u', 'G', 'PageUp', 'Enter', 'h', 'l']) await page.keyboard.press(key);
    await settled(page);
    await expect.poll(() => page.evaluate('rig.asked.length')).toBeGreaterThan(10);
    await expect.poll(() => page.evaluate('[...rig.asked].filter((id) => !rig.answered.includes(id))')).toEqual([]);
    expect(await page.evaluate('rig.answered.length')).toBe(await page.evaluate('rig.asked.length'));
    await expect.poll(() => page.evaluate('rig.problems')).toEqual([]);
  });

  it('show placeholders while rows are on their way', async () => {
    const { page } = await open({ rows: 3000, delay: 2000 });
    await page.getByRole('treeitem', { name: 'Loading…', exact: true }).first().waitFor();
    await settled(page);
    await page.locator('.row:not(.placeholder)').nth(20).waitFor();
    await expect.poll(() => page.locator('.row.placeholder').count()).toBe(0);
  });
});

describe('accessibility', () => {
  it.each(['dark', 'light', 'contrast'] as const)(
    'axe finds nothing in %s',
    async (theme) => {
      const { page } = await open({ theme, notices: true });
      await settled(page);
      expect(await axeViolations(page)).toEqual([]);
      await page.keyboard.press('r');
      await settled(page);
      expect(await axeViolations(page)).toEqual([]);
      await page.keyboard.press('?');
      expect(await axeViolations(page)).toEqual([]);
    },
    30_000,
  );

  it('axe finds nothing in a narrow window and in the list of findings', async () => {
    const { page } = await open({ width: 460, notices: true });
    await settled(page);
    await page.locator('.counts').click();
    await settled(page);
    expect(await axeViolations(page)).toEqual([]);
  });

  it('has one tab stop for all rows', async () => {
    const { page } = await open();
    await settled(page);
    await expect.poll(() => page.locator('.list [tabindex], .list button, .list a').count()).toBe(0);
    await expect.poll(() => page.locator('.list').getAttribute('tabindex')).toBe('0');
  });
});

describe('size', () => {
  it('stays within the budget', () => {
    expect(bundles.graphJs.length + bundles.graphCss.length).toBeLessThanOrEqual(250_000);
  });
});
