/**
 * The yardstick of the graph's scrolling: the same rows as one line of text each in the plainest list that shows only what is on
 * the screen. No lanes, icons, overview or details.
 */
import { RequestClient } from '../../../src/protocol/client.ts';
import { isHostMessage } from '../../../src/protocol/host-message.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/messages.ts';

const ROW_HEIGHT = 22;
const OVERSCAN = 20;
const PAGE_ROWS = 128;

const api = globalThis.acquireVsCodeApi() as { postMessage(message: unknown): void };
const client = new RequestClient((message) => api.postMessage(message));
const list = document.createElement('div');
const sizer = document.createElement('div');
const elements: HTMLElement[] = [];
const texts = new Map<number, string>();
const asked = new Set<number>();
let count = 0;

function start(): void {
  list.className = 'list';
  list.tabIndex = 0;
  Object.assign(list.style, { position: 'fixed', inset: '0', overflow: 'auto' });
  sizer.style.position = 'relative';
  list.append(sizer);
  document.body.append(list);
  list.addEventListener('scroll', show, { passive: true });
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'j') list.scrollTop += ROW_HEIGHT;
  });
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!isHostMessage(data)) return;
    if (data.type === 'response') client.answer(data.id, data.result);
    if (data.type !== 'changed' || data.state.kind !== 'ready') return;
    count = data.state.summary.rows;
    sizer.style.height = `${count * ROW_HEIGHT}px`;
    show();
  });
  api.postMessage({ type: 'ready', protocolVersion: PROTOCOL_VERSION });
}

function show(): void {
  const first = Math.max(0, Math.floor(list.scrollTop / ROW_HEIGHT) - OVERSCAN);
  const last = Math.min(count, first + Math.ceil(list.clientHeight / ROW_HEIGHT) + 2 * OVERSCAN);
  while (elements.length < last - first) {
    const row = document.createElement('div');
    row.className = 'row';
    Object.assign(row.style, { position: 'absolute', whiteSpace: 'pre', height: `${ROW_HEIGHT}px` });
    sizer.append(row);
    elements.push(row);
  }
  elements.forEach((row, i) => {
    row.style.top = `${(first + i) * ROW_HEIGHT}px`;
    row.textContent = texts.get(first + i) ?? '';
  });
  for (let page = Math.floor(first / PAGE_ROWS); page * PAGE_ROWS < last; page++) void load(page);
}

async function load(page: number): Promise<void> {
  if (asked.has(page)) return;
  asked.add(page);
  const { start: from, rows } = await client.request('rows', { start: page * PAGE_ROWS, count: PAGE_ROWS });
  rows.forEach((row, i) => texts.set(from + i, `${row.timestamp ?? ''} ${row.label} ${row.text}`));
  show();
}

start();
