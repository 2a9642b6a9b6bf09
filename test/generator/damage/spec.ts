import type { FindingCode } from '../../../src/core/findings/finding.ts';

/** Classes of damage; docs of the format say what each is. */
export const DAMAGE_CLASSES = [
  'A1',
  'A2',
  'A3',
  'A4',
  'A5',
  'A6',
  'A7',
  'B1',
  'B2',
  'C1',
  'C2',
  'C3',
  'C4',
  'D1',
  'D2',
  'D3',
  'D5',
  'E1',
  'E2',
  'E3',
  'E4',
  'E5',
  'E6',
  'E7',
  'E8',
  'E9',
  'E10',
  'F1',
  'F2',
  'F3',
  'F4',
  'F5',
] as const;
export type DamageClass = (typeof DAMAGE_CLASSES)[number];

/**
 * A narrower wish within a class. A2: the kind of record lost, or a run of 2 to 5 records. D3: self or cycle.
 * E4: before a record or at the tail. E9: bom or crlf.
 */
export const VARIANTS = [
  'text',
  'thinking',
  'tool_use',
  'tool_result',
  'system',
  'prompt',
  'run',
  'self',
  'cycle',
  'before',
  'tail',
  'bom',
  'crlf',
] as const;
export type Variant = (typeof VARIANTS)[number];

export interface DamageSpec {
  readonly class: DamageClass;
  /** How often; 1 when absent. */
  readonly count?: number;
  readonly variant?: Variant;
}

/** One place that a check of the damaged session should find, or at least must not misjudge. */
export interface DamageTruth {
  readonly class: DamageClass;
  /** 1-based, in the damaged main file. */
  readonly line: number;
  /** The record it is about; null where none is left. */
  readonly uuid: string | null;
  /** The parent that is not in the main file, for orphans. */
  readonly missingUuid: string | null;
  /** Nearest surviving ancestor by the original chain, progress records passed over; null: there is none. */
  readonly trueParent: string | null;
  /** null: no code of the catalogue fits (yet). */
  readonly expectedCode: FindingCode | null;
  /** A repair exists that brings something back; false for dead hooks and for what lies outside the files. */
  readonly repairable: boolean;
}

/** The session has no place for the wanted damage. */
export class ImpossibleDamage extends Error {
  override readonly name = 'ImpossibleDamage';
}

/**
 * Reads `A2:3,E3,A2/text:2,E9/bom`.
 * @throws RangeError naming the part that is not understood
 */
export function parseDamage(text: string): DamageSpec[] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const match = /^([A-F]\d{1,2})(?:\/([a-z_]+))?(?::(\d+))?$/.exec(part.trim());
      const found = DAMAGE_CLASSES.find((name) => name === match?.[1]);
      const variant = VARIANTS.find((name) => name === match?.[2]);
      if (match === null || found === undefined || (match[2] !== undefined && variant === undefined)) {
        throw new RangeError(`not a damage: ${part} (one of ${DAMAGE_CLASSES.join(' ')}, then /VARIANT and :COUNT)`);
      }
      return { class: found, count: match[3] === undefined ? 1 : Number(match[3]), ...(variant === undefined ? {} : { variant }) };
    });
}
