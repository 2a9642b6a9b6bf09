/** What a window shows of session files, and what it still shows after it was elsewhere. */
import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import type { Workbench } from '../harness/workbench.ts';
import { HOSTILE_FILE, HOSTILE_HOST, hostileSession } from '../support/hostile-session.ts';
import { conversation, idOf, lines } from '../support/records.ts';
import { it, useSharedVscode } from './tier.ts';

const SESSION = ['{"type":"user","uuid":"11111111-1111-4111-8111-111111111111","parentUuid":null}', ''].join('\n');
const LONG = lines(conversation(2000));
const CALLS = lines([
  { id: idOf(1), content: 'look around' },
  { id: idOf(2), parent: idOf(1), type: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'Task', input: {} }] },
  {
    id: idOf(3),
    parent: idOf(2),
    content: [{ type: 'tool_result', tool_use_id: 't', content: 'seen' }],
    extra: { toolUseResult: { agentId: 'a1b2c3' } },
  },
]);
const vscode = useSharedVscode('open', {
  'session.jsonl': SESSION,
  'thousands.jsonl': LONG,
  [HOSTILE_FILE]: hostileSession(100_000),
  'calls.jsonl': CALLS,
  'calls/subagents/agent-a1b2c3.jsonl': lines(conversation(5)),
});

it('opens a session as text, the default for .jsonl files, and as a graph', async () => {
  const window = await vscode().window();
  await window.openFile('session.jsonl');
  await window.goTo(1, 3);
  await expect.poll(() => window.editor.innerText()).toContain('11111111-1111-4111-8111-111111111111');

  await window.openGraph('session.jsonl');
  await expect.poll(() => window.graph().locator('body').innerText()).not.toBe('');
  await window.picture('graph');
});

interface Place {
  readonly top: number;
  readonly selected: string | null;
  readonly details: boolean;
}

function placeIn(window: Workbench): Promise<Place> {
  return window
    .graph()
    .locator('body')
    .evaluate((body: PageElement) => ({
      top: body.querySelector('.list')?.scrollTop ?? -1,
      selected: body.querySelector('.row.selected:not(.placeholder)')?.getAttribute('aria-posinset') ?? null,
      details: body.querySelector('.details')?.hidden === false,
    }));
}

/** As much of the page's elements as is read here; tests know no DOM. */
interface PageElement {
  readonly scrollTop: number;
  readonly hidden: boolean;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
}

it('keeps place, selection and details of a graph that is hidden, moved to another group, and reloaded with its window', async () => {
  const window = await vscode().window();
  await window.openGraph('thousands.jsonl');
  const graph = window.graph();
  await graph.locator('.row[aria-setsize="2000"]').first().waitFor();
  await graph.locator('.list').evaluate((list: { scrollTop: number }) => {
    list.scrollTop = 22_005;
  });
  await graph.locator('.row[aria-posinset="1010"]').click();
  const place = { top: 22_005, selected: '1010', details: true };
  await expect.poll(() => placeIn(window)).toEqual(place);
  // What is done in the last moment before a page goes is forgotten.
  await window.page.waitForTimeout(300);

  await window.openText('session.jsonl');
  // What came while nobody looked is there as well.
  await appendFile(path.join(vscode().folder, 'thousands.jsonl'), lines(conversation(2003).slice(2000)));
  await window.openFile('thousands.jsonl');
  await graph.locator('.row[aria-setsize="2003"]').first().waitFor();
  await expect.poll(() => placeIn(window)).toEqual(place);

  await window.runCommand('View: Move Editor into Right Group');
  await expect.poll(() => placeIn(window)).toEqual(place);

  await window.page.reload();
  await window.untilReady();
  // VS Code may not have written down yet which editor was in front; the graph is there in any case.
  await window.openFile('thousands.jsonl');
  await expect.poll(() => placeIn(window)).toEqual(place);
});

it('leads from a call to the messages of the agent that it started, and back, and writes the graph as text', async () => {
  const window = await vscode().window();
  await window.openGraph('calls.jsonl');
  const graph = window.graph();
  await graph.locator('.row[aria-posinset="2"]').click();
  await graph.getByRole('button', { name: 'agent: 5 messages' }).click();
  await graph.locator('.row[aria-setsize="5"]').first().waitFor();
  await window.picture('agent-graph');
  await graph.getByRole('button', { name: /^agent of/ }).click();
  await graph.locator('.row[aria-setsize="3"]').first().waitFor();

  await window.runCommand('Riff: Export Graph…');
  await window.pick('Mermaid');
  await window.pick('Every Record');
  await expect.poll(() => window.quickInput.inputValue()).toMatch(/\/calls\.mmd$/);
  await window.page.keyboard.press('Enter');
  const drawing = path.join(vscode().folder, 'calls.mmd');
  await expect.poll(() => readFile(drawing, 'utf8').catch(() => '')).toContain('look around');
  await window.notifications.filter({ hasText: 'Graph written to calls.mmd' }).waitFor();
});

it('does nothing that a hostile session says, in text, hover, graph and list of messages', async () => {
  const window = await vscode().window();
  const bad: string[] = [];
  window.page.on('console', (message) => {
    if (/Content Security Policy|Trusted ?Type|__ran/i.test(message.text())) bad.push(message.text());
  });
  window.page.on('dialog', (dialog) => bad.push(dialog.message()));
  window.page.context().on('request', (request) => {
    if (request.url().includes(HOSTILE_HOST)) bad.push(request.url());
  });

  await window.openFile(HOSTILE_FILE);
  for (const line of [3, 25]) {
    const hover = await window.hover(line, 3);
    await expect.poll(() => hover.innerText()).toContain('Parent:');
    const links = await hover
      .locator('a[data-href]')
      .evaluateAll((all: PageElement[]) => all.map((a) => a.getAttribute('data-href') ?? ''));
    expect(links.filter((link) => !link.startsWith('command:riff.revert'))).toEqual([]);
    await expect.poll(() => hover.locator('img, script, iframe, b, h1').count()).toBe(0);
  }
  await window.picture('hostile-hover');
  await window.openGraph(HOSTILE_FILE);
  await window.graph().locator('.row:not(.placeholder)').first().waitFor();
  await window.graph().getByRole('button', { name: 'Next Repair' }).click();
  await window.graph().locator('.details .candidate').first().waitFor();
  await window.picture('hostile-graph');
  await window.runCommand('Riff: Open Message List');
  await expect.poll(() => window.editor.innerText()).toContain('<script>');

  for (const frame of window.page.frames()) expect(await frame.evaluate('globalThis.__ran')).toBeUndefined();
  expect(bad).toEqual([]);
});
