/** `2026-01-31T12:00:00.000Z` without making a string; anything else goes through Date. */
export function parseTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 24 && bytes[start + 10] === 0x54 && bytes[start + 23] === 0x5a) {
    const day = dayStart(digits(bytes, start, 4), digits(bytes, start + 5, 2), digits(bytes, start + 8, 2));
    const seconds = digits(bytes, start + 11, 2) * 3600 + digits(bytes, start + 14, 2) * 60 + digits(bytes, start + 17, 2);
    return day + seconds * 1000 + digits(bytes, start + 20, 3);
  }
  return Date.parse(new TextDecoder().decode(bytes.subarray(start, end)));
}

let lastDay = { year: 0, month: 0, day: 0, ms: Number.NaN };

function dayStart(year: number, month: number, day: number): number {
  if (lastDay.year !== year || lastDay.month !== month || lastDay.day !== day) {
    lastDay = { year, month, day, ms: Date.UTC(year, month - 1, day) };
  }
  return lastDay.ms;
}

/** `count` decimal digits, NaN if one is not. */
export function digits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
