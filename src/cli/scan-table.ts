import { homedir } from 'node:os';
import { relative, sep } from 'node:path';
import { counted, grouped } from '../core/count-text.ts';
import type { Severity } from '../core/findings/finding.ts';
import { titleWithVersion } from '../core/loaders/loader.ts';
import { repairTitle } from '../core/repair/action-text.ts';
import type { Proposal } from '../core/findings/finding.ts';
import type { FindingReport, Scanned, SessionReport } from '../operations/session/scan-session.ts';
import type { Style, Terminal } from './terminal.ts';
import { visible, wrapped } from './text.ts';

/** Findings of one session that are listed; the rest is counted. */
const MOST_FINDINGS = 50;
/** Longer names push the columns behind them to the right on their own line alone. */
const WIDEST_NAME = 64;

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
const NOUNS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** Prints the sessions for people: a line for each, its findings below it, and a line over all. */
export function printScan(terminal: Terminal, scanned: readonly Scanned[], cwd: string): void {
  const names = scanned.map(({ report }) => shortPath(report.path, cwd));
  const layout = new Layout(terminal, scanned, names);
  scanned.forEach((one, i) => {
    terminal.print(layout.sessionLine(one, names[i] ?? ''));
    for (const line of layout.findingLines(one)) terminal.print(line);
    for (const line of chainLines(one.report)) terminal.print(line);
  });
  if (scanned.length > 1) terminal.print(`\n${overall(terminal.style, scanned)}`);
}

/** Relative below the current folder, with ~ below the home folder. */
export function shortPath(path: string, cwd: string): string {
  const fromHere = relative(cwd, path);
  if (!fromHere.startsWith('..') && fromHere !== '') return visible(fromHere);
  const home = homedir();
  return visible(path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path);
}

class Layout {
  private readonly terminal: Terminal;
  private readonly name: number;
  private readonly messages: number;
  private readonly resume: readonly [number, number, number];
  private readonly loader: number;
  private readonly code: number;
  private readonly line: number;

  constructor(terminal: Terminal, scanned: readonly Scanned[], names: readonly string[]) {
    const reports = scanned.map((one) => one.report);
    const findings = reports.flatMap((report) => report.findings);
    this.terminal = terminal;
    this.name = Math.min(WIDEST_NAME, widest(names));
    this.messages = widest(reports.map((report) => counted(report.messages, 'message')));
    const figures = reports.map((report) => resumeFigures(report));
    this.resume = [widest(figures.map((f) => f[0])), widest(figures.map((f) => f[1])), widest(figures.map((f) => f[2]))];
    this.loader = widest(scanned.map(({ loader }) => `in ${titleWithVersion(loader)}`));
    this.code = widest(findings.map((finding) => finding.code));
    this.line = widest(findings.map((finding) => `${finding.line}`));
  }

  sessionLine({ report, loader, others }: Scanned, name: string): string {
    const { style } = this.terminal;
    const [now, repaired, total] = resumeFigures(report);
    const gains = report.resume.repaired > report.resume.now;
    const figures = `${now.padStart(this.resume[0])}${gains ? style.green(repaired.padEnd(this.resume[1])) : repaired.padEnd(this.resume[1])} ${total.padEnd(this.resume[2])}`;
    const messages = counted(report.messages, 'message').padStart(this.messages);
    return `${mark(style, report)} ${style.bold(name.padEnd(this.name))}  ${messages}  loads ${figures} ${style.dim(`in ${titleWithVersion(loader)}`.padEnd(this.loader))}  ${severities(style, report.findings)}${others === '' ? '' : `  ${style.dim(others)}`}`;
  }

  findingLines({ report, best }: Scanned): string[] {
    const lines = report.findings.slice(0, MOST_FINDINGS).flatMap((finding, i) => this.findingLine(finding, best[i] ?? null));
    const more = report.findings.length - MOST_FINDINGS;
    return more > 0 ? [...lines, this.terminal.style.dim(`    … and ${counted(more, 'finding')} more; --json lists all.`)] : lines;
  }

  private findingLine(finding: FindingReport, best: Proposal | null): string[] {
    const { style } = this.terminal;
    const severity = coloured(style, finding.severity, NOUNS[finding.severity].padEnd(7));
    const head = `    line ${`${finding.line}`.padStart(this.line)}  ${severity}  ${style.dim(finding.code.padEnd(this.code))}  `;
    const indent = 4 + 5 + this.line + 2 + 7 + 2 + this.code + 2;
    const message = this.fitted(visible(finding.message), indent);
    const advice = best === null ? [] : this.fitted(suggestionText(best), indent).map((line) => style.green(line));
    return [...message, ...advice].map((text, i) => (i === 0 ? head : ' '.repeat(indent)) + text);
  }

  /** Lines of a terminal are broken between words; what goes to a file or a pipe stays on one line. */
  private fitted(text: string, indent: number): string[] {
    const { columns } = this.terminal;
    return columns === null ? [text] : wrapped(text, Math.max(30, columns - indent));
  }
}

function resumeFigures({ resume }: SessionReport): [string, string, string] {
  const repaired = resume.repaired === resume.now ? '' : ` → ${grouped(resume.repaired)}`;
  return [grouped(resume.now), repaired, `of ${grouped(resume.total)}`];
}

function suggestionText(best: Proposal): string {
  const title = visible(repairTitle(best, best.newParentLine));
  return `→ ${title} (${best.confidence}): ${visible(best.reasons[0] ?? '')}`;
}

function chainLines({ resume }: SessionReport): string[] {
  if (resume.chain === undefined) return [];
  const { now, repaired } = resume.chain;
  const list = (title: string, uuids: readonly string[]): string[] => [`    ${title}:`, ...uuids.map((uuid) => `      ${visible(uuid)}`)];
  return [...list('a resume loads now', now), ...list('a resume loads after repair', repaired)];
}

function severities(style: Style, findings: readonly FindingReport[]): string {
  const counts = SEVERITIES.map((severity) => ({ severity, n: findings.filter((finding) => finding.severity === severity).length }));
  const parts = counts.filter(({ n }) => n > 0).map(({ severity, n }) => coloured(style, severity, counted(n, NOUNS[severity])));
  return parts.length === 0 ? style.green('healthy') : parts.join(', ');
}

function worst(findings: readonly FindingReport[]): Severity | null {
  return SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity)) ?? null;
}

function mark(style: Style, report: SessionReport): string {
  const severity = worst(report.findings);
  if (severity === 'error') return style.red('✖');
  return severity === 'warning' ? style.yellow('▲') : style.green('✔');
}

function coloured(style: Style, severity: Severity, text: string): string {
  if (severity === 'info') return style.dim(text);
  return severity === 'error' ? style.red(text) : style.yellow(text);
}

function overall(style: Style, scanned: readonly Scanned[]): string {
  const by = (severity: Severity): number => scanned.filter(({ report }) => worst(report.findings) === severity).length;
  const errors = by('error');
  const warnings = by('warning');
  const parts = [`${errors} with errors`, `${warnings} with warnings`, `${scanned.length - errors - warnings} healthy`];
  return style.bold(`${counted(scanned.length, 'session')}: ${parts.join(', ')}`);
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 0);
}
