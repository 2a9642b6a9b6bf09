import type { FieldReport, Run } from './field-reports.ts';
import { outcomeText } from './outcome.ts';
import { kindOf, type SaidBlock } from './said-blocks.ts';

/** One row a report, as Markdown; sessions of one report stand below each other. */
export function fieldReportTable(all: readonly FieldReport[]): string {
  const reports = new Map<string, FieldReport[]>();
  for (const each of all) reports.set(each.session.report, [...(reports.get(each.session.report) ?? []), each]);
  const head = [
    '| report | client, as found | Riff says | `riff repair --copy` | client, of the copy | all that was loaded still is |',
    '|---|---|---|---|---|---|',
  ];
  const rows = [...reports].map(([report, sessions]) => {
    const cell = (text: (each: FieldReport) => string): string =>
      sessions.map((each) => (sessions.length === 1 ? text(each) : `${nameIn(each)}: ${text(each)}`)).join('<br>');
    const cells = [report, cell(foundText), cell(riffText), cell(repairText), cell(copyText), cell(keptText)];
    return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [...head, ...rows].join('\n');
}

/** What the figures of all reports come to. */
export function fieldReportSummary(all: readonly FieldReport[]): string[] {
  const count = (fits: (each: FieldReport) => boolean): string => `${all.filter(fits).length} of ${all.length}`;
  const copies = all.filter(({ copy }) => copy.run !== null);
  const ofCopies = (fits: (each: FieldReport) => boolean): string => `${copies.filter(fits).length} of ${copies.length}`;
  return [
    `sessions: ${all.length}`,
    `the client’s first request is accepted as found: ${count(({ found }) => found.outcome.kind === 'accepted')}`,
    `accepted after the client left something out: ${count(({ found }) => found.outcome.kind === 'accepted-with-less')}`,
    `refused for good: ${count(({ found }) => found.outcome.kind === 'refused')}`,
    `no request at all: ${count(({ found }) => found.outcome.kind === 'not-sent')}`,
    `a copy is written: ${count(({ copy }) => copy.run !== null)}`,
    `of the copies, accepted: ${ofCopies(({ copy }) => copy.run?.outcome.kind === 'accepted')}`,
    `of the copies, all that the client loaded before is loaded: ${ofCopies(({ lost }) => lost.length === 0)}`,
    `of the copies, more is loaded than before: ${ofCopies(({ found, copy }) => (copy.run?.said.length ?? 0) > found.said.length)}`,
    `of the copies, the client sends what was predicted: ${ofCopies(({ copy }) => copy.asPredicted === true)}`,
  ];
}

function nameIn({ session: { sessionId, project } }: FieldReport): string {
  return project === null ? sessionId.slice(0, 8) : project;
}

function foundText({ found }: FieldReport): string {
  return runText(found);
}

function runText({ messages, said, outcome }: Run): string {
  const text = outcomeText(outcome);
  return outcome.kind === 'not-sent' ? text : `${messages} messages, ${said.length} blocks; ${text}`;
}

function riffText({ riff: { findings, now, repaired, total, status } }: FieldReport): string {
  const of = now === repaired ? `${now}` : `${now} → ${repaired}`;
  return `loads ${of} of ${total}, exit ${status ?? 'none'}; ${findings.length === 0 ? 'healthy' : counted(findings).join(', ')}`;
}

function repairText({ copy: { status, failure, predicted } }: FieldReport): string {
  const exit = `exit ${status ?? 'none'}`;
  return failure === null ? `${exit}, predicted ${predicted ?? '–'}` : `${exit}: ${failure}`;
}

function copyText({ copy: { run, asPredicted } }: FieldReport): string {
  if (run === null) return '–';
  return `${runText(run)}${asPredicted === false ? '; **not as predicted**' : ''}`;
}

function keptText({ copy, lost }: FieldReport): string {
  if (copy.run === null) return '–';
  return lost.length === 0 ? 'yes' : `**no**: ${counted(lost.map((said: SaidBlock) => kindOf(said))).join(', ')} lost`;
}

/** `3 × text` for what is there several times. */
function counted(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`));
}
