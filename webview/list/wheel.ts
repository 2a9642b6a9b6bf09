import { ROW_HEIGHT } from './row-view.ts';

/**
 * Moves a list by its wheel once a frame, as the lists of VS Code do. Scrolled by the browser, each turn of the wheel would be spread
 * over frames of its own, each with other rows to draw.
 * @param height of the screen in pixels; @param move by pixels, down or up
 */
export function onWheel(root: HTMLElement, height: () => number, move: (pixels: number) => void): void {
  /** Pixels; what is left of one is part of the next movement, or slow ones would be lost. */
  let waiting = 0;
  let isAsked = false;
  root.addEventListener(
    'wheel',
    (event) => {
      // With a key held it zooms or goes sideways.
      if (event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
      event.preventDefault();
      waiting += pixelsOf(event, height());
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(() => {
        isAsked = false;
        const pixels = Math.trunc(waiting);
        waiting -= pixels;
        if (pixels !== 0) move(pixels);
      });
    },
    { passive: false },
  );
}

function pixelsOf({ deltaY, deltaMode }: WheelEvent, height: number): number {
  if (deltaMode === WheelEvent.DOM_DELTA_LINE) return deltaY * ROW_HEIGHT;
  return deltaMode === WheelEvent.DOM_DELTA_PAGE ? deltaY * height : deltaY;
}
