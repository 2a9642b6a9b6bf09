import { createRandom, type Random } from '../random.ts';
import type { GeneratedFile, GeneratedSession, Json, RecordKind, TruthRecord } from '../types.ts';
import { linesOf } from '../reading.ts';
import { ImpossibleDamage, type DamageClass, type DamageTruth } from './spec.ts';
import type { FindingCode } from '../../../src/core/findings/finding.ts';

/** A physical line while a session is being damaged. */
export interface DraftLine {
  text: string;
  /** '\n', '\r\n', or '' for a torn last line. */
  end: string;
  /** uuid of the record that it was written for; null for a line without a uuid, and for inserted lines. */
  readonly uuid: string | null;
  /** uuid of the record that damage put here. */
  readonly inserted: string | null;
  /** Nothing of its record can be read any more, or it is gone. */
  lost: boolean;
}

/** A truth whose line number is not known before everything is damaged. */
interface Note {
  readonly class: DamageClass;
  readonly at: DraftLine;
  readonly uuid: string | null;
  readonly code: FindingCode | null;
  readonly repairable: boolean;
  readonly trueParent: string | null;
}

/** Records so near to a damage that the next one keeps away, in lines. */
const DISTANCE = 3;

/** A session being damaged: its lines, what was lost, and what is to be found. */
export class Draft {
  readonly random: Random;
  readonly session: GeneratedSession;
  lines: DraftLine[];
  /** Files beside the main one, by path. */
  readonly agents = new Map<string, string[]>();
  /** Set: the file is this and nothing else is true of it. */
  replaced: { readonly text: string; readonly truth: DamageTruth } | null = null;
  bom = false;

  private readonly records = new Map<string, TruthRecord>();
  private readonly children = new Map<string, TruthRecord[]>();
  private readonly lineOf = new Map<string, DraftLine>();
  private readonly used = new Set<DraftLine>();
  /** Why a uuid is missing. */
  private readonly missing = new Map<string, DamageClass>();
  private readonly notes: Note[] = [];

  constructor(session: GeneratedSession, seed: number) {
    this.session = session;
    this.random = createRandom(seed);
    const main = session.files[0];
    if (main === undefined) throw new ImpossibleDamage('the session has no file');
    const mainRecords = session.records.filter((record) => record.file === main.path);
    const byLine = new Map(mainRecords.map((record) => [record.line, record]));
    this.lines = linesOf(main).map((text, index) => ({
      text,
      end: '\n',
      uuid: byLine.get(index + 1)?.uuid ?? null,
      inserted: null,
      lost: false,
    }));
    for (const line of this.lines) if (line.uuid !== null) this.lineOf.set(line.uuid, line);
    for (const record of mainRecords) {
      this.records.set(record.uuid, record);
      if (record.parentUuid === null) continue;
      const list = this.children.get(record.parentUuid);
      if (list === undefined) this.children.set(record.parentUuid, [record]);
      else list.push(record);
    }
    for (const file of session.files.slice(1)) this.agents.set(file.path, [...linesOf(file)]);
  }

  record(uuid: string): TruthRecord {
    const record = this.records.get(uuid);
    if (record === undefined) throw new ImpossibleDamage(`no record ${uuid} in the main file`);
    return record;
  }

  line(uuid: string): DraftLine {
    const line = this.lineOf.get(uuid);
    if (line === undefined) throw new ImpossibleDamage(`no line of ${uuid}`);
    return line;
  }

  childrenOf(uuid: string): readonly TruthRecord[] {
    return this.children.get(uuid) ?? [];
  }

  /** Surviving records of the main line in file order. */
  mainRecords(): TruthRecord[] {
    return this.lines.flatMap((line) => {
      const record = line.uuid === null || line.lost ? undefined : this.records.get(line.uuid);
      return record === undefined || record.sidechain ? [] : [record];
    });
  }

  /**
   * Picks a place for a damage, away from those before.
   * @throws ImpossibleDamage when no record fits
   */
  pick(damage: DamageClass, fits: (record: TruthRecord) => boolean): TruthRecord {
    const candidates = this.mainRecords().filter((record) => this.isFree(record) && fits(record));
    if (candidates.length === 0) throw new ImpossibleDamage(`${damage}: the session has no place for it`);
    const record = this.random.pick(candidates);
    this.use(record.uuid);
    return record;
  }

  /** Keeps later damage away from a record, its parent, its children and the lines around. */
  use(uuid: string): void {
    const mark = (line: DraftLine | undefined): void => {
      if (line === undefined) return;
      const index = this.lines.indexOf(line);
      for (const near of this.lines.slice(Math.max(0, index - DISTANCE), index + DISTANCE + 1)) this.used.add(near);
    };
    mark(this.lineOf.get(uuid));
    for (const child of this.childrenOf(uuid)) mark(this.lineOf.get(child.uuid));
    const parent = this.records.get(uuid)?.parentUuid;
    if (typeof parent === 'string') mark(this.lineOf.get(parent));
  }

  isFree(record: TruthRecord): boolean {
    const line = this.lineOf.get(record.uuid);
    return (
      line !== undefined &&
      !line.lost &&
      !this.used.has(line) &&
      this.childrenOf(record.uuid).every((child) => {
        const at = this.lineOf.get(child.uuid);
        return at !== undefined && !this.used.has(at);
      })
    );
  }

  isUsed(line: DraftLine): boolean {
    return this.used.has(line);
  }

  /** Takes a record out of the file. */
  lose(damage: DamageClass, uuid: string): void {
    const line = this.line(uuid);
    this.lines.splice(this.lines.indexOf(line), 1);
    this.makeUnreadable(damage, line);
  }

  /** Says that the record of a line cannot be read any more; the line stays. */
  makeUnreadable(damage: DamageClass, line: DraftLine): void {
    line.lost = true;
    if (line.uuid !== null) this.missing.set(line.uuid, damage);
  }

  /** Says that a uuid which some record names as parent never was in the file. */
  declareMissing(damage: DamageClass, uuid: string): void {
    this.missing.set(uuid, damage);
  }

  /** Replaces the parent of a record, in its bytes. */
  relink(uuid: string, parent: string | null): void {
    const line = this.line(uuid);
    const value = parent === null ? 'null' : `"${parent}"`;
    line.text = line.text.replace(/^\{"parentUuid":(?:null|"[^"]*")/, `{"parentUuid":${value}`);
  }

  /**
   * Inserts a line.
   * @param uuid of the record in it, null where there is none
   */
  insert(index: number, text: string, uuid: string | null): DraftLine {
    const line: DraftLine = { text, end: '\n', uuid: null, inserted: uuid, lost: false };
    this.lines.splice(index, 0, line);
    this.used.add(line);
    return line;
  }

  note(
    damage: DamageClass,
    at: DraftLine,
    uuid: string | null,
    code: FindingCode | null,
    repairable: boolean,
    trueParent: string | null = null,
  ): void {
    this.notes.push({ class: damage, at, uuid, code, repairable, trueParent });
  }

  /** A template for further records of this session: the keys every record repeats. */
  parse(uuid: string): Json {
    try {
      return JSON.parse(this.line(uuid).text) as Json;
    } catch (cause) {
      throw new ImpossibleDamage(`the line of ${uuid} is damaged already`, { cause });
    }
  }

  trueParent(uuid: string): string | null {
    let at = this.records.get(uuid)?.parentUuid ?? null;
    while (at !== null) {
      const record = this.records.get(at);
      if (record === undefined) return null;
      if (record.kind !== 'progress' && !this.line(at).lost) return at;
      at = record.parentUuid;
    }
    return null;
  }

  files(): GeneratedFile[] {
    const encoder = new TextEncoder();
    const main = this.session.files[0]?.path ?? '';
    const body = this.replaced?.text ?? this.lines.map((line) => line.text + line.end).join('');
    const files: GeneratedFile[] = [{ path: main, bytes: encoder.encode((this.bom ? '\ufeff' : '') + body) }];
    for (const [path, lines] of this.agents) files.push({ path, bytes: encoder.encode(lines.map((line) => `${line}\n`).join('')) });
    return files;
  }

  /** Everything to be found, in file order. */
  truth(): DamageTruth[] {
    if (this.replaced !== null) return [this.replaced.truth];
    const numbers = this.lineNumbers();
    const out = this.notes
      .filter((note) => numbers.has(note.at))
      .map((note): DamageTruth => ({
        class: note.class,
        line: numbers.get(note.at) ?? 0,
        uuid: note.uuid,
        missingUuid: null,
        trueParent: note.trueParent,
        expectedCode: note.code,
        repairable: note.repairable,
      }));
    out.push(...this.orphans(numbers));
    return out.sort((a, b) => a.line - b.line);
  }

  private lineNumbers(): Map<DraftLine, number> {
    const numbers = new Map<DraftLine, number>();
    let number = 1;
    for (const line of this.lines) {
      numbers.set(line, number);
      const breaks = line.text.includes('\n') ? line.text.split('\n').length - 1 : 0;
      number += breaks + (line.end === '' ? 0 : 1);
    }
    return numbers;
  }

  /** Every surviving record whose parent is in the file no more. */
  private orphans(numbers: ReadonlyMap<DraftLine, number>): DamageTruth[] {
    const links = this.survivingLinks();
    const present = new Set(links.map((link) => link.uuid));
    const below = new Map<string, string[]>();
    for (const { uuid, parent } of links) if (parent !== null) below.set(parent, [...(below.get(parent) ?? []), uuid]);
    const kinds = new Map(links.map((link) => [link.uuid, link.kind]));
    const dead = (uuid: string): boolean => kinds.get(uuid) === 'progress' && (below.get(uuid) ?? []).every(dead);
    return links.flatMap(({ uuid, parent, line }): DamageTruth[] => {
      if (parent === null || present.has(parent)) return [];
      const damage = this.missing.get(parent);
      if (damage === undefined) throw new ImpossibleDamage(`${uuid} lost its parent ${parent} and nobody says why`);
      const code = orphanCode(damage);
      return [
        {
          class: damage,
          line: numbers.get(line) ?? 0,
          uuid,
          missingUuid: parent,
          trueParent: this.trueParent(uuid),
          expectedCode: code,
          repairable: (damage === 'A1' || code === 'orphan-parent-missing') && !dead(uuid),
        },
      ];
    });
  }

  private survivingLinks(): {
    readonly uuid: string;
    readonly parent: string | null;
    readonly kind: RecordKind | null;
    readonly line: DraftLine;
  }[] {
    return this.lines.flatMap((line) => {
      if (line.lost) return [];
      // A spliced line holds the head of a lost record first.
      const match = /\{"parentUuid":(null|"([^"]*)")/.exec(line.text.slice(Math.max(0, line.text.lastIndexOf('{"parentUuid":'))));
      const uuid = line.uuid ?? line.inserted;
      if (match === null || uuid === null) return [];
      const kind = this.records.get(uuid)?.kind ?? (line.text.includes('"type":"progress"') ? 'progress' : null);
      return [{ uuid, parent: match[2] ?? null, kind, line }];
    });
  }
}

function orphanCode(damage: DamageClass): FindingCode {
  if (damage === 'A4') return 'session-sliced';
  if (damage === 'A3') return 'hook-record-dangling';
  if (damage === 'A1') return 'orphan-record-elsewhere';
  return damage === 'A7' ? 'parent-in-other-session' : 'orphan-parent-missing';
}
