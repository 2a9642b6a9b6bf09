import type { LoaderName } from '../../src/core/loaders/loader.ts';
import { fillIn } from '../../src/protocol/text-template.ts';
import type { GraphStrings, StringKey } from '../../src/protocol/strings.ts';

/** A loader as it stands beside its figures. */
export function loaderName({ title, version }: LoaderName): string {
  return `${title} ${version}`.trim();
}

/** A text as it begins a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The texts of the page and the formats of numbers and times. Recreated when the host sends other texts. */
export class Texts {
  readonly #strings: GraphStrings;
  readonly #number: Intl.NumberFormat;
  readonly #short: Intl.NumberFormat;
  readonly #clock: Intl.DateTimeFormat;
  readonly #full: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;

  constructor(strings: GraphStrings, locale: string | undefined) {
    this.#strings = strings;
    this.#number = new Intl.NumberFormat(locale);
    this.#short = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 });
    this.#clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    this.#full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
    this.#day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  }

  /** A text with its values; numbers are formatted for the language. */
  say(key: StringKey, ...values: readonly (string | number)[]): string {
    return fillIn(
      this.#strings[key],
      values.map((value) => (typeof value === 'number' ? this.count(value) : value)),
    );
  }

  /** A text that depends on a count; the count is its first value. */
  plural(count: number, one: StringKey, many: StringKey, ...more: (string | number)[]): string {
    return this.say(count === 1 ? one : many, count, ...more);
  }

  count(value: number): string {
    return this.#number.format(value);
  }

  /** "09:14" in the user's time zone; empty when there is no valid time. */
  clock(timestamp: string | null): string {
    return this.#format(this.#clock, timestamp);
  }

  /** Date and time with seconds. */
  full(timestamp: string | null): string {
    return this.#format(this.#full, timestamp);
  }

  day(timestamp: string | null): string {
    return this.#format(this.#day, timestamp);
  }

  /** "12k": a number with at most three digits. */
  short(value: number): string {
    return this.#short.format(value);
  }

  /** "1.5 MB". */
  bytes(size: number): string {
    const units = ['B', 'kB', 'MB', 'GB'];
    let value = size;
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    const digits = unit === 0 || value >= 100 ? 0 : 1;
    return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
  }

  #format(format: Intl.DateTimeFormat, timestamp: string | null): string {
    if (timestamp === null) return '';
    const date = new Date(timestamp);
    return Number.isNaN(date.getTime()) ? '' : format.format(date);
  }
}
