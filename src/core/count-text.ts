/** `1,000`: the digits of a number in groups of three, as English does it. Whole numbers need no tables of languages, which take 10 ms to load. */
export function grouped(n: number): string {
  return Number.isSafeInteger(n) ? String(n).replace(/\B(?=(?:\d{3})+$)/g, ',') : n.toLocaleString('en');
}

/** `1 error`, `2 errors`, `1,000 errors`. */
export function counted(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;
}
