/** Colours for the canvases, to which style sheets do not apply. */
export interface Palette {
  readonly background: string;
  readonly foreground: string;
  /** What a resume loads. */
  readonly chain: string;
  /** What it does not. */
  readonly quiet: string;
  readonly lanes: readonly string[];
  readonly error: string;
  readonly warning: string;
  readonly info: string;
  readonly repaired: string;
  readonly boundary: string;
  readonly found: string;
  readonly thumb: string;
  readonly border: string;
  readonly highContrast: boolean;
}

const LANES = 6;

/** Reads the theme from the page's CSS variables and notifies of changes. */
export class Theme {
  readonly #probe: HTMLElement;
  #palette: Palette;

  /** @param onChange called after the palette was read again; @param signal ends the watching */
  constructor(onChange: () => void, signal: AbortSignal) {
    this.#probe = document.createElement('span');
    this.#probe.hidden = true;
    document.body.append(this.#probe);
    this.#palette = this.#read();
    const observer = new MutationObserver(() => {
      this.#palette = this.#read();
      onChange();
    });
    // The editor changes the class of the body and the variables on the root element.
    observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
    signal.addEventListener('abort', () => {
      observer.disconnect();
      this.#probe.remove();
    });
  }

  get palette(): Palette {
    return this.#palette;
  }

  #read(): Palette {
    return {
      background: this.#colour('--riff-background'),
      foreground: this.#colour('--riff-foreground'),
      chain: this.#colour('--riff-chain'),
      quiet: this.#colour('--riff-quiet'),
      lanes: Array.from({ length: LANES }, (_, lane) => this.#colour(`--riff-lane-${lane}`)),
      error: this.#colour('--riff-error'),
      warning: this.#colour('--riff-warning'),
      info: this.#colour('--riff-info'),
      repaired: this.#colour('--riff-repaired'),
      boundary: this.#colour('--riff-boundary'),
      found: this.#colour('--riff-found'),
      thumb: this.#colour('--riff-thumb'),
      border: this.#colour('--riff-border'),
      highContrast: document.body.classList.contains('vscode-high-contrast'),
    };
  }

  /** A variable may refer to others or mix colours; a real property gives the resulting colour. */
  #colour(variable: string): string {
    this.#probe.style.color = `var(${variable})`;
    return getComputedStyle(this.#probe).color;
  }
}

/** Calls back when the page moves to a screen of another pixel density or is zoomed, until the signal aborts. */
export function onPixelRatioChange(callback: () => void, signal: AbortSignal): void {
  const watch = (): void => {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener(
      'change',
      () => {
        callback();
        watch();
      },
      { once: true, signal },
    );
  };
  watch();
}

/** Sizes a canvas for the screen and clears it; drawing is then in CSS pixels. Null when the page has no 2D canvas. */
export function prepareCanvas(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  const deviceWidth = Math.max(1, Math.round(width * ratio));
  const deviceHeight = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== deviceWidth || canvas.height !== deviceHeight) {
    canvas.width = deviceWidth;
    canvas.height = deviceHeight;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
