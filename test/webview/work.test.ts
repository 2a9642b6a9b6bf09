/** Folding, finding and repairing by hand, on real analyses of small sessions. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, describe, expect } from 'vitest';
import { conversation, idOf, lines, type RecordSpec } from '../support/records.ts';
import { axeViolations, openFile, type Bundles, type OpenOptions } from './harness.ts';
import { it } from './tier.ts';

/** Between two messages: so far apart that no program bridges the gap that a lost one leaves. */
const SECONDS = 10;

let browser: Browser;
let bundles: Bundles;
let folder: string;
const releasing: (() => Promise<void>)[] = [];

it.beforeAll(async ({ shared }) => {
  ({ bundles, browser } = shared);
  folder = await mkdtemp(join(tmpdir(), 'riff-work-'));
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const release of releasing.splice(0)) await release();
});

async function open(specs: readonly RecordSpec[], options: OpenOptions = {}): Promise<{ page: Page; errors: string[] }> {
  const file = join(folder, 'session.jsonl');
  await writeFile(file, lines(specs.map((spec, position) => ({ at: SECONDS * position, ...spec }))));
  const { page, errors, release } = await openFile(browser, bundles, file, options);
  releasing.push(release);
  await page.locator('.row:not(.placeholder)').first().waitFor();
  return { page, errors };
}

const rows = (page: Page): Promise<number> => page.locator('.row:not(.placeholder)').count();
const said = (page: Page): Promise<string | null> => page.locator('[role=status]').textContent();
const selected = (page: Page): Promise<string | null> => page.locator('.row.selected .row-text').textContent();

/** A prompt, an answer of three records that calls a tool, its result, the closing words; two records are lost further down. */
const SPECS: readonly RecordSpec[] = [
  { id: idOf(100), content: 'please look' },
  { id: idOf(101), parent: idOf(100), type: 'assistant', messageId: 'm', content: [{ type: 'thinking', thinking: 'hm' }] },
  { id: idOf(102), parent: idOf(101), type: 'assistant', messageId: 'm', content: [{ type: 'text', text: 'Let me **look**' }] },
  {
    id: idOf(103),
    parent: idOf(102),
    type: 'assistant',
    messageId: 'm',
    content: [{ type: 'tool_use', id: 't1', name: 'Read', input: { file: 'a.ts' } }],
  },
  { id: idOf(104), parent: idOf(103), content: [{ type: 'tool_result', tool_use_id: 't1', content: 'needle in a.ts' }] },
  { id: idOf(105), parent: idOf(104), type: 'assistant', messageId: 'n', content: [{ type: 'text', text: 'All done' }] },
  ...conversation(12)
    .map((spec, i) => (i === 0 ? { ...spec, parent: idOf(105) } : spec))
    .filter(({ id }) => id !== idOf(4) && id !== idOf(8)),
];

describe('folding and filters', () => {
  it('work by key and by pointer, and are told', async () => {
    const { page, errors } = await open(SPECS);
    await expect.poll(() => rows(page)).toBe(14);
    const message = page.locator('.row', { hasText: 'Let me' });
    await message.locator('.row-fold').click();
    await expect.poll(() => rows(page)).toBe(16);
    await expect.poll(() => page.locator('.row', { hasText: 'hm' }).getAttribute('aria-expanded')).toBe('true');
    await page.locator('.row', { hasText: 'Let me' }).first().click();
    await page.keyboard.press('t');
    await expect.poll(() => said(page)).toMatch(/^Folded: 1\d of 16 rows are shown\.$/);
    await expect.poll(() => page.locator('.row', { hasText: 'Read' }).locator('.row-folded').textContent()).toBe('3 rows folded');
    await page.keyboard.press('o');
    await expect.poll(() => rows(page)).toBe(2);
    await expect.poll(() => page.locator('.filter').inputValue()).toBe('orphans');
    await page.keyboard.press('o');
    await page.keyboard.press('p');
    await expect.poll(() => said(page)).toMatch(/^Showing Prompts only/);
    await page.locator('.filter').selectOption('all');
    await expect.poll(() => rows(page)).toBeGreaterThan(10);
    expect(errors).toEqual([]);
  });

  it('open when something in them is gone to', async () => {
    const { page } = await open(SPECS);
    await page.keyboard.press('t');
    await page.keyboard.press('/');
    await page.keyboard.type('needle');
    await page.keyboard.press('Enter');
    await expect.poll(() => selected(page)).toContain('needle');
    await expect.poll(() => page.locator('.find-count').textContent()).toBe('1 of 1');
    await expect.poll(() => page.locator('.row.found').count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.row.found').count()).toBe(0);
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("role")')).toBe('tree');
  });
});

describe('repairs by hand', () => {
  it('makes the repairs of marked rows together after one question', async () => {
    const { page, errors } = await open(SPECS);
    await page.keyboard.press('o');
    await expect.poll(() => rows(page)).toBe(2);
    for (const row of await page.locator('.row').all()) await row.click({ modifiers: ['Control'] });
    await expect.poll(() => page.locator('.row.marked').count()).toBe(2);
    await page.keyboard.press('r');
    const dialog = page.locator('dialog.confirm');
    await dialog.waitFor();
    await expect
      .poll(() => dialog.textContent())
      .toMatch(/Make 2 repairs\?.*line \d+: Continue from line \d+.*Claude Code [\d.]+ loads 3 → 1\d/);
    expect(await axeViolations(page)).toEqual([]);
    await page.screenshot({ path: 'test-results/graph/marked.png' });
    await page.keyboard.press('Escape');
    await expect.poll(() => said(page)).toBe('Cancelled; nothing was done.');
    await page.keyboard.press('r');
    await dialog.locator('vscode-button', { hasText: 'Repair' }).click();
    await expect.poll(() => said(page)).toBe('2 of 2 repairs made.');
    await expect.poll(() => page.locator('.identity').textContent()).toContain('2 repairs in force');
    await expect.poll(() => page.locator('.row.marked').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('hangs an orphan under the row that it is dropped on, by key, and says why where that cannot be', async () => {
    const { page } = await open(SPECS);
    await page.keyboard.press('x');
    await expect.poll(() => said(page)).toMatch(/^Picked up line \d+/);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await expect.poll(() => said(page)).toContain('would close a circle');
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    await page.keyboard.press('x');
    const dialog = page.locator('dialog.confirm');
    await dialog.waitFor();
    await expect.poll(() => dialog.textContent()).toMatch(/Hang line \d+ under line \d+\?/);
    await page.keyboard.press('Enter');
    await expect.poll(() => said(page)).toBe('Repaired.');
    await page.keyboard.press('u');
    await expect.poll(() => said(page)).toBe('Reverted.');
  });

  it('foretells while dragging what a drop would bring', async () => {
    const { page } = await open(SPECS);
    const orphan = page.locator('.row.orphan').first();
    const target = page.locator('.row', { hasText: 'All done' });
    await orphan.hover();
    await page.mouse.down();
    await target.hover();
    await expect.poll(() => page.locator('.drag-tip').textContent()).toMatch(/Claude Code [\d.]+ loads/);
    await page.mouse.up();
    await page.locator('dialog.confirm').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => said(page)).toBe('Put back; nothing was done.');
  });
});

describe('what a message says', () => {
  it('is drawn from its Markdown as text and nothing else', async () => {
    const evil = '# Head\n\n<img src=x onerror="globalThis.__ran=1"> [web](https://example.test/a) [cmd](command:x) `code`\n\n- one';
    const { page, errors } = await open([
      { id: idOf(1), content: 'hello' },
      { id: idOf(2), parent: idOf(1), type: 'assistant', content: [{ type: 'text', text: evil }] },
    ]);
    await page.locator('.row').nth(1).click();
    const body = page.locator('.markdown');
    await body.waitFor();
    await expect.poll(() => body.locator('li').textContent()).toBe('one');
    await expect.poll(() => body.locator('code').textContent()).toBe('code');
    await expect.poll(() => body.locator('img, a').count()).toBe(0);
    await expect.poll(() => body.textContent()).toContain('<img src=x');
    await expect.poll(() => body.textContent()).toContain('[cmd](command:x)');
    await body.locator('button', { hasText: 'web' }).click();
    await expect.poll(() => said(page)).toBe('Opened https://example.test/a');
    expect(await page.evaluate('globalThis.__ran')).toBeUndefined();
    expect(await axeViolations(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('has pictures that are drawn when asked for', async () => {
    const data = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
    const { page, errors } = await open([
      {
        id: idOf(1),
        content: [
          { type: 'text', text: 'see' },
          { type: 'image', source: { type: 'base64', media_type: 'image/gif', data } },
        ],
      },
    ]);
    await page.locator('.row').first().click();
    await page.locator('.block-image button').click();
    await page.locator('.block-image img').waitFor();
    await expect.poll(() => page.locator('.block-image img').getAttribute('alt')).toBe('Picture in line 1');
    expect(errors).toEqual([]);
  });
});
