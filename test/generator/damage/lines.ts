import type { TruthRecord } from '../types.ts';
import type { Draft, DraftLine } from './draft.ts';
import { ImpossibleDamage, type DamageClass, type Variant } from './spec.ts';

/** The last line was not written to its end. */
export function tearTail(draft: Draft): void {
  const line = draft.lines.at(-1);
  if (line === undefined) throw new ImpossibleDamage('E1: the file is empty');
  line.text = part(draft, line.text, 0.3, 0.9);
  line.end = '';
  draft.makeUnreadable('E1', line);
  draft.note('E1', line, null, 'line-torn', true);
}

/** A record breaks off and the next one follows on the same line. */
export function splice(draft: Draft): void {
  const followed = (candidate: TruthRecord): boolean => {
    const next = nextLine(draft, candidate);
    return next !== null && next.uuid !== null && !draft.isUsed(next);
  };
  const record = draft.pick('E2', (each) => each.parentUuid !== null && draft.childrenOf(each.uuid).length > 0 && followed(each));
  const line = draft.line(record.uuid);
  const next = nextLine(draft, record);
  if (next === null || next.uuid === null) throw new ImpossibleDamage('E2: no record follows');
  draft.use(next.uuid);
  draft.lines.splice(draft.lines.indexOf(line), 1);
  next.text = part(draft, line.text, 0.2, 0.7) + next.text;
  draft.makeUnreadable('E2', line);
  draft.note('E2', next, next.uuid, 'line-spliced', true);
}

/** The line end between two records is missing. */
export function concatenate(draft: Draft): void {
  const joinable =
    (plain: boolean) =>
    (record: TruthRecord): boolean => {
      const next = nextLine(draft, record);
      return next !== null && (next.uuid === null) === plain && !draft.isUsed(next);
    };
  // What was found joined: a record and a line without a uuid, such as a snapshot.
  joinWithNext(draft, tryPick(draft, 'E3', joinable(true)) ?? draft.pick('E3', joinable(false)));
}

/** Takes the line end after a record away. */
export function joinWithNext(draft: Draft, record: TruthRecord): void {
  const line = draft.line(record.uuid);
  const next = nextLine(draft, record);
  if (next === null) throw new ImpossibleDamage('E3: no line follows');
  if (next.uuid === null) {
    draft.lines.splice(draft.lines.indexOf(next), 1);
    line.text += next.text;
  } else {
    line.end = '';
    draft.use(next.uuid);
  }
  draft.note('E3', line, record.uuid, 'line-concatenated', true);
}

/** A run of NUL bytes, before a record or as a line of its own at the end. */
export function addNulBytes(draft: Draft, variant: Variant | undefined): void {
  const run = '\0'.repeat(draft.random.int(16, 4096));
  if (variant === 'tail') {
    draft.note('E4', draft.insert(draft.lines.length, run, null), null, 'line-nul-bytes', true);
    return;
  }
  const record = draft.pick('E4', () => true);
  const line = draft.line(record.uuid);
  line.text = run + line.text;
  draft.note('E4', line, record.uuid, 'line-nul-bytes', true);
}

/** A line begins in the middle of a string. */
export function cutStart(draft: Draft): void {
  const record = draft.pick('E5', (candidate) => candidate.parentUuid !== null && draft.childrenOf(candidate.uuid).length > 0);
  const line = draft.line(record.uuid);
  line.text = line.text.slice(draft.random.int(150, 260)).replace(/^[\s{[]+/, 'x');
  draft.makeUnreadable('E5', line);
  draft.note('E5', line, null, 'line-unreadable', true);
}

/** A line end inside a string, not escaped: the record spans two lines. */
export function breakLine(draft: Draft): void {
  const escape = /([^\\])\\n/;
  const record = draft.pick('E6', (candidate) => escape.test(draft.line(candidate.uuid).text));
  const line = draft.line(record.uuid);
  line.text = line.text.replace(escape, '$1\n');
  draft.note('E6', line, record.uuid, 'line-broken', true);
}

/** Half of a surrogate pair, as an escape. */
export function addLoneSurrogate(draft: Draft): void {
  const place = /("(?:text|content)":")(?=[^"])/;
  const record = draft.pick(
    'E7',
    (candidate) =>
      (candidate.kind === 'text' || candidate.kind === 'tool_result' || candidate.kind === 'prompt') &&
      place.test(draft.line(candidate.uuid).text),
  );
  const line = draft.line(record.uuid);
  line.text = line.text.replace(place, '$1\\ud83d');
  draft.note('E7', line, record.uuid, 'lone-surrogate', true);
}

/** A byte order mark, or line ends of another system: no damage to what is said. */
export function changeEncoding(draft: Draft, variant: Variant | undefined): void {
  const bom = variant === undefined ? draft.random.chance(0.5) : variant === 'bom';
  const first = draft.lines[0];
  if (first === undefined) throw new ImpossibleDamage('E9: the file is empty');
  if (bom) draft.bom = true;
  else for (const line of draft.lines) if (line.end === '\n') line.end = '\r\n';
  draft.note('E9', first, null, bom ? 'byte-order-mark' : null, bom);
}

/** The records as one indented JSON document: nothing is line-delimited any more. */
export function prettyPrint(draft: Draft): void {
  const values = draft.lines.filter((line) => !line.lost).flatMap((line) => parsed(line.text));
  draft.replaced = {
    text: `${JSON.stringify(values, null, 2)}\n`,
    truth: { class: 'E10', line: 1, uuid: null, missingUuid: null, trueParent: null, expectedCode: 'not-a-session', repairable: false },
  };
}

function parsed(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function nextLine(draft: Draft, record: TruthRecord): DraftLine | null {
  return draft.lines[draft.lines.indexOf(draft.line(record.uuid)) + 1] ?? null;
}

function tryPick(draft: Draft, damage: DamageClass, fits: (record: TruthRecord) => boolean): TruthRecord | null {
  try {
    return draft.pick(damage, fits);
  } catch (error) {
    if (error instanceof ImpossibleDamage) return null;
    throw error;
  }
}

/** The beginning of a text, cut somewhere between the two shares. */
function part(draft: Draft, text: string, low: number, high: number): string {
  const at = Math.max(1, Math.floor(text.length * (low + draft.random.next() * (high - low))));
  return text.slice(0, at);
}
