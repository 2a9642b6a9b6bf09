import { ROW_HEIGHT } from './row-view.ts';

/**
 * Scrolls a list by the wheel once a frame, like the lists of VS Code. The browser's own scrolling would spread each turn of the
 * wheel over many frames, each with other rows to draw.
 * @param height of the screen in pixels; @param move by pixels, down or up
 */
export function onWheel(root: HTMLElement, height: () => number, move: (pixels: number) => void): void {
  /** Pixels; the fraction is added to the next movement, or slow ones would be lost. */
  let waiting = 0;
  let isAsked = false;
  root.addEventListener(
    'wheel',
    (event) => {
      // With a modifier key the wheel zooms or scrolls sideways.
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
