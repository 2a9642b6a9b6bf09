import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Scroller } from '../../../webview/list/scroller.ts';

const SCREEN = 800;
const ROW = 22;
/** Pixels that a browser can lay out at a pixel ratio and zoom of two each. */
const BROWSER_LIMIT = 33_554_428 / 4;

/** An element that scrolls as a browser's does: never beyond its content, and telling of it. */
class FakeElement {
  readonly sizer = { style: { height: '' } };
  top = 0;

  get scrollTop(): number {
    return this.top;
  }

  set scrollTop(value: number) {
    this.top = Math.min(Math.max(0, value), Math.max(0, Number.parseFloat(this.sizer.style.height) - SCREEN));
  }
}

function scrollerOf(rows: number): { element: FakeElement; scroller: Scroller } {
  const element = new FakeElement();
  const scroller = new Scroller(element, element.sizer, () => {});
  scroller.setHeight(SCREEN);
  scroller.setWhole(rows * ROW);
  return { element, scroller };
}

describe('the way through a list', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('of 100,000 rows is the one of the browser', () => {
    const { element, scroller } = scrollerOf(100_000);
    element.scrollTop = 1_234_567;
    scroller.read();
    expect([scroller.top, scroller.shift]).toEqual([1_234_567, 0]);
  });

  it.each([1_000_000, 5_000_000])('of %i rows is no higher than a browser can lay out, and reaches both ends', (rows) => {
    const { element, scroller } = scrollerOf(rows);
    const end = rows * ROW - SCREEN;
    expect(Number.parseFloat(element.sizer.style.height)).toBeLessThanOrEqual(BROWSER_LIMIT);
    element.scrollTop = Number.POSITIVE_INFINITY;
    scroller.read();
    expect(scroller.top).toBe(end);
    element.scrollTop = 0;
    scroller.read();
    expect(scroller.top).toBe(0);
    scroller.moveTo(end);
    expect(scroller.top).toBe(end);
    scroller.moveTo(end / 2);
    expect(scroller.top).toBe(end / 2);
  });

  it('moves by the pixels of a wheel and by the share of the thumb, and what is shown lies on the screen', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 400_000, max: 3_000_000 }),
        fc.array(
          fc.oneof(
            fc.record({ kind: fc.constant('wheel' as const), by: fc.integer({ min: -1500, max: 1500 }) }),
            fc.record({ kind: fc.constant('thumb' as const), to: fc.double({ min: 0, max: 1, noNaN: true }) }),
            fc.record({ kind: fc.constant('jump' as const), to: fc.double({ min: 0, max: 1, noNaN: true }) }),
            fc.record({ kind: fc.constant('rest' as const) }),
          ),
          { maxLength: 40 },
        ),
        (rows, steps) => {
          const { element, scroller } = scrollerOf(rows);
          const end = rows * ROW - SCREEN;
          for (const step of steps) {
            const before = scroller.top;
            const real = element.scrollTop;
            if (step.kind === 'rest') vi.advanceTimersByTime(1000);
            if (step.kind === 'jump') scroller.moveTo(step.to * end);
            if (step.kind === 'wheel') element.scrollTop += step.by;
            if (step.kind === 'thumb') element.scrollTop = step.to * 8_000_000;
            const moved = element.scrollTop - real;
            scroller.read();
            if (step.kind === 'rest') expect(scroller.top).toBeCloseTo(before, 3);
            if (step.kind === 'jump') expect(scroller.top).toBeCloseTo(step.to * end, 3);
            if (step.kind === 'wheel') expect(scroller.top).toBeCloseTo(Math.max(0, Math.min(end, before + moved)), 3);
            expect(scroller.top).toBeGreaterThanOrEqual(0);
            expect(scroller.top).toBeLessThanOrEqual(end);
            // The row at the top of the screen is placed where the browser's screen begins.
            expect(scroller.top + scroller.shift).toBeCloseTo(element.scrollTop, 0);
          }
        },
      ),
    );
  });
});
