import type { CDPSession, Page } from 'playwright-core';

/** Time of one frame at 60 a second; a little more, because the clock of frames is not exact. */
const FRAME_MS = 16.7 + 0.5;

/** How a person scrolls. */
export interface Gesture {
  readonly name: string;
  /** What is done before the frames are counted. */
  readonly prepare?: (page: Page) => Promise<void>;
  readonly run: (page: Page) => Promise<void>;
}

export interface GestureResult {
  readonly name: string;
  readonly frames: number;
  /** Share of frames that came in time. */
  readonly inTime: number;
  readonly p50: number;
  readonly p95: number;
  readonly longest: number;
  /** Milliseconds that the page's thread worked for each frame. */
  readonly workMs: number;
  /** From where it began to where it ended. */
  readonly rowsPassed: number;
  readonly mostRows: number;
  /** Share of the rows in the page that said what they are, as seen now and then: an empty row costs nothing. */
  readonly filled: number;
}

const DURATION_MS = 4000;

export const GESTURES: readonly Gesture[] = [
  { name: 'wheel', run: (page) => repeat(16, () => page.mouse.wheel(0, 100)) },
  { name: 'wheel, fast', run: (page) => repeat(16, () => page.mouse.wheel(0, 1200)) },
  { name: 'thumb', prepare: goToTop, run: dragThumb },
  { name: 'held key', run: (page) => repeat(30, () => page.keyboard.down('j')) },
];

/** A hand does not wait for the screen: the next movement comes whether or not the last one has been drawn. */
async function repeat(everyMs: number, step: () => Promise<void>): Promise<void> {
  const end = performance.now() + DURATION_MS;
  const steps: Promise<void>[] = [];
  for (let due = performance.now(); due < end; due += everyMs) {
    steps.push(step());
    const rest = due + everyMs - performance.now();
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  }
  await Promise.all(steps);
}

/** The thumb is where it belongs when the frame after has been drawn. */
async function goToTop(page: Page): Promise<void> {
  await page.evaluate(`document.querySelector('.list').scrollTop = 0`);
  await page.evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`);
}

/** Down the list by the scrollbar. */
async function dragThumb(page: Page): Promise<void> {
  const box = await page.locator('.list').boundingBox();
  if (box === null) throw new Error('no list');
  // Below the arrow, on the thumb.
  const x = box.x + box.width - 7;
  let y = box.y + 20;
  await page.mouse.move(x, y);
  await page.mouse.down();
  // Half a pixel of the thumb is many screens of rows.
  await repeat(16, () => page.mouse.move(x, Math.min((y += 0.5), box.y + box.height)));
  await page.mouse.up();
}

/** Frames are counted by the page; what its thread did, by the browser. */
export async function measureGesture(page: Page, session: CDPSession, gesture: Gesture): Promise<GestureResult> {
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const box = await page.locator('.list').boundingBox();
  if (box === null) throw new Error('no list');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.locator('.list').focus();
  await gesture.prepare?.(page);
  await page.evaluate(START);
  const before = await workOf(session);
  await gesture.run(page);
  const after = await workOf(session);
  const { times, most, passed, filled } = await page.evaluate<
    Pick<GestureResult, 'filled'> & { times: number[]; most: number; passed: number }
  >(STOP);
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    name: gesture.name,
    frames: times.length,
    inTime: times.filter((ms) => ms <= FRAME_MS).length / times.length,
    p50: at(0.5),
    p95: at(0.95),
    longest: at(1),
    workMs: ((after - before) * 1000) / times.length,
    rowsPassed: Math.round(passed / 22),
    mostRows: most,
    filled,
  };
}

/** Seconds that the page's thread has worked. */
async function workOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

const START = `(() => {
  const list = document.querySelector('.list');
  const probe = { times: [], most: 0, last: 0, rows: 0, filled: 0, top: list.scrollTop, on: true };
  globalThis.probe = probe;
  const frame = (now) => {
    if (!probe.on) return;
    if (probe.last > 0) probe.times.push(now - probe.last);
    probe.last = now;
    // Counting walks the whole page: it would cost each frame more than it tells.
    if (probe.times.length % 16 === 8) {
      const count = document.getElementsByClassName('row').length;
      probe.most = Math.max(probe.most, count);
      probe.rows += count;
      probe.filled += count - list.querySelectorAll('.row:empty, .row.placeholder').length;
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()`;

const STOP = `(() => { probe.on = false; return { times: probe.times, most: probe.most, filled: probe.filled / probe.rows, passed: Math.abs(document.querySelector('.list').scrollTop - probe.top) }; })()`;
