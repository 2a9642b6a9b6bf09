const SVG = 'http://www.w3.org/2000/svg';

const PERSON = 'M8 8.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2M2.8 13.6c.5-2.6 2.5-4 5.2-4s4.7 1.4 5.2 4';

/** Paths, drawn with a round stroke in the current colour. */
const SHAPES = {
  prompt: PERSON,
  user: PERSON,
  assistant: 'M8 2.2c.5 3.5 2.3 5.3 5.8 5.8-3.5.5-5.3 2.3-5.8 5.8-.5-3.5-2.3-5.3-5.8-5.8 3.5-.5 5.3-2.3 5.8-5.8z',
  tool_result: 'M3 3v5.2a2 2 0 0 0 2 2h8M10 7.2l3 3-3 3',
  system: 'M2.5 3.5h11v9h-11zM5 6.5l2 1.7-2 1.7M8.6 10h2.6',
  progress: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5M8 5.2V8l2 1.4',
  attachment: 'M12.6 7.4l-4.7 4.7a2.9 2.9 0 0 1-4.1-4.1l5-5a1.9 1.9 0 0 1 2.7 2.7l-4.9 5a.9.9 0 0 1-1.3-1.3l4.3-4.4',
  boundary: 'M2.5 6.2h11M2.5 9.8h11M8 1.6v2.6M6.8 3.2L8 4.4l1.2-1.2M8 14.4v-2.6M6.8 12.8L8 11.6l1.2 1.2',
  summary: 'M3 4h10M3 8h10M3 12h6',
  other: 'M8 9a1 1 0 1 0 0-2 1 1 0 0 0 0 2',
  error: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  warning: 'M8 2.4l6 10.8H2zM8 6.6v3.2M8 11.6h.1',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 7.4v3.6M8 5.2h.1',
  good: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M5.4 8.2l1.8 1.8 3.4-3.8',
  link: 'M6.8 9.2a2.4 2.4 0 0 1 0-3.4l2-2a2.4 2.4 0 0 1 3.4 3.4l-1 1M9.2 6.8a2.4 2.4 0 0 1 0 3.4l-2 2a2.4 2.4 0 0 1-3.4-3.4l1-1',
  branch:
    'M4.5 5.5v5M4.5 5.5a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2M4.5 13.7a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2M11.5 6.5a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2M11.5 6.5c0 2.6-7 1.4-7 4',
  log: 'M3 4.2c0-1 2.2-1.8 5-1.8s5 .8 5 1.8-2.2 1.8-5 1.8-5-.8-5-1.8zM3 4.2v7.6c0 1 2.2 1.8 5 1.8s5-.8 5-1.8V4.2M3 8c0 1 2.2 1.8 5 1.8S13 9 13 8',
  up: 'M3.5 10L8 5.5l4.5 4.5',
  down: 'M3.5 6L8 10.5 12.5 6',
  close: 'M4 4l8 8M12 4l-8 8',
  keys: 'M1.8 4.2h12.4v7.6H1.8zM4.3 6.8h.1M6.8 6.8h.1M9.3 6.8h.1M11.7 6.8h.1M5 9.4h6',
  revert: 'M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7M5.8 3.5l-3 3 3 3',
  repair: 'M13.2 4.6a3.4 3.4 0 0 1-4.6 4.2L4.8 12.6a1.2 1.2 0 0 1-1.7-1.7l3.8-3.8A3.4 3.4 0 0 1 11.1 2.5L9.2 4.4l.4 1.8 1.8.4z',
  next: 'M3 3h10M8 5.6v7.6M4.8 10L8 13.2l3.2-3.2',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  sync: 'M13 6.2A5.3 5.3 0 0 0 3.4 5M3.2 2.2v3h3M3 9.8A5.3 5.3 0 0 0 12.6 11M12.8 13.8v-3h-3',
  move: 'M8 2v12M2 8h12M6 4l2-2 2 2M6 12l2 2 2-2M4 6L2 8l2 2M12 6l2 2-2 2',
  openText: 'M3.5 2.2h6l3 3v8.6h-9zM6 7.4h4M6 10.2h4',
} as const satisfies Record<string, string>;

export type IconName = keyof typeof SHAPES;

/** A decorative icon: the text beside it, or a label, says the same. */
export function icon(name: IconName, className = ''): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `icon ${className}`.trim());
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(document.createElementNS(SVG, 'path'));
  setIcon(svg, name);
  return svg;
}

/** Changes the shape of an icon in place. */
export function setIcon(svg: SVGSVGElement, name: IconName): void {
  const path = svg.firstElementChild;
  if (path?.getAttribute('d') !== SHAPES[name]) path?.setAttribute('d', SHAPES[name]);
}
