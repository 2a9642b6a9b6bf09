import { LOST_KINDS } from './bench-session.ts';
import { RULES, SHAPES, type Answer, type RuleName, type Shape } from './measure.ts';

const CONFIDENCES = ['high', 'medium', 'low'] as const;

/** Shares right, for one kind of lost record or for all. */
export interface TableRow {
  readonly kind: string;
  readonly orphans: number;
  /** Per rule: share of orphans it is right about, 0 to 1. */
  readonly right: Readonly<Record<RuleName, number>>;
  /** Per confidence of Riff: how many orphans, and the share it is right about. */
  readonly confidence: Readonly<Record<(typeof CONFIDENCES)[number], { readonly orphans: number; readonly right: number }>>;
}

export interface Table {
  readonly origin: Answer['origin'];
  readonly shape: Shape;
  readonly rows: readonly TableRow[];
  /** Orphans of which no ancestor survives, where the only right answer is none; and how many got a suggestion of high confidence. */
  /** What is right for them is to begin the conversation. */
  readonly withoutAncestor: { readonly orphans: number; readonly high: number; readonly wrong: number };
}

/** One table for each origin and shape that has answers. */
export function tablesOf(answers: readonly Answer[]): Table[] {
  const tables: Table[] = [];
  for (const origin of ['real', 'generated'] as const) {
    for (const shape of SHAPES) {
      const own = answers.filter((answer) => answer.origin === origin && answer.shape === shape);
      if (own.length > 0) tables.push(tableOf(origin, shape, own));
    }
  }
  return tables;
}

function tableOf(origin: Answer['origin'], shape: Shape, answers: readonly Answer[]): Table {
  const known = answers.filter((answer) => answer.hasTruth);
  const unknown = answers.filter((answer) => !answer.hasTruth);
  const sure = unknown.filter((answer) => answer.confidence === 'high');
  const kinds = LOST_KINDS.map((kind) =>
    rowOf(
      kind,
      known.filter((answer) => answer.kind === kind),
    ),
  );
  return {
    origin,
    shape,
    rows: [...kinds.filter((row) => row.orphans > 0), rowOf('all', known)],
    withoutAncestor: { orphans: unknown.length, high: sure.length, wrong: sure.filter((answer) => !answer.right.Riff).length },
  };
}

function rowOf(kind: string, answers: readonly Answer[]): TableRow {
  const right = Object.fromEntries(RULES.map((rule) => [rule, share(answers, rule)])) as Record<RuleName, number>;
  const confidence = Object.fromEntries(
    CONFIDENCES.map((level) => {
      const own = answers.filter((answer) => answer.confidence === level);
      return [level, { orphans: own.length, right: share(own, 'Riff') }];
    }),
  ) as TableRow['confidence'];
  return { kind, orphans: answers.length, right, confidence };
}

function share(answers: readonly Answer[], rule: RuleName): number {
  return answers.length === 0 ? Number.NaN : answers.filter((answer) => answer.right[rule]).length / answers.length;
}

const TITLES: Readonly<Record<Shape, string>> = {
  single: 'one record lost',
  run: 'runs of 2 to 5 lost',
  several: '3 to 12 losses in one file',
};

/** A table in Markdown. */
export function markdown(table: Table): string {
  const header = ['lost record', 'orphans', ...RULES, 'high: share', 'right', 'medium: share', 'right', 'low: share', 'right'];
  const lines = table.rows.map((row) => [
    row.kind,
    String(row.orphans),
    ...RULES.map((rule) => percent(row.right[rule])),
    ...CONFIDENCES.flatMap((level) => [percent(row.confidence[level].orphans / row.orphans), percent(row.confidence[level].right)]),
  ]);
  const { orphans, high, wrong } = table.withoutAncestor;
  return [
    `### ${table.origin === 'real' ? 'Real sessions' : 'Generated sessions'}: ${TITLES[table.shape]}`,
    '',
    ...aligned([header, ...lines]),
    '',
    `Orphans without a surviving ancestor, not counted above: ${orphans}, of which ${high} got a suggestion of high confidence, ${wrong} of them wrong.`,
  ].join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => pad(cell, widths[column]!, column)).join(' | ')} |`);
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [lines[0]!, rule, ...lines.slice(1)];
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function percent(part: number): string {
  return Number.isNaN(part) ? '–' : `${(100 * part).toFixed(2)} %`;
}
