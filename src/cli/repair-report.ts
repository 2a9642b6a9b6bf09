import { basename } from 'node:path';
import { counted } from '../core/count-text.ts';
import type { Finding, Severity } from '../core/findings/finding.ts';
import { titleWithVersion } from '../core/loaders/loader.ts';
import { isResumable, lossesOf, type LoaderCheck } from '../core/patch/copy-losses.ts';
import type { ResumeEffect } from '../core/loaders/resume-figures.ts';
import { capitalised, hasEffect, othersNote } from '../core/session/effect-text.ts';
import type { SessionPlan } from '../operations/session/plan-repair.ts';
import type { RepairPreview } from '../operations/session/preview-repair.ts';
import { referenceTo } from '../operations/session/scan-session.ts';
import type { WriteTarget, Written } from '../operations/session/write-repaired-file.ts';
import { CONTRACT } from './contract.ts';
import { previewLines } from './preview-text.ts';
import { shortPath } from './scan-table.ts';
import type { Terminal } from './terminal.ts';
import { visible } from './text.ts';

/** What `riff repair` did, or would do. */
export interface RepairResult {
  readonly path: string;
  readonly operator: string;
  readonly dryRun: boolean;
  readonly plan: SessionPlan;
  readonly target: WriteTarget | null;
  /** event_ids of this run. */
  readonly events: readonly string[];
  /** event_ids of this run that wait for the store. */
  readonly waiting?: readonly string[];
  readonly written: Written | null;
  /** Where it was asked for. */
  readonly preview?: RepairPreview | null;
  /** Findings of the repaired state. */
  readonly remaining: readonly Finding[];
}

/** The document that scripts read; every name is part of the contract. */
export function repairJson({ plan, events, waiting = [], written, preview = null }: RepairResult): object {
  const { before, after, total } = plan.resume;
  const uuids = (rows: readonly { readonly uuid: string }[]): string[] => rows.map(({ uuid }) => uuid);
  return {
    riff: CONTRACT,
    plan: plan.entries.map(({ entry }) => entry),
    resume: { loader: referenceTo(plan.resume.loader), before, after, total },
    loaders: loaderReports(plan.resume),
    written: written === null ? null : { path: written.path, sessionId: written.sessionId, loaders: written.check.map(checkJson) },
    events,
    ...(waiting.length > 0 ? { waiting } : {}),
    ...(preview === null ? {} : { preview: { gained: uuids(preview.gained), lost: uuids(preview.lost) } }),
  };
}

/** What a loader loads of the written bytes. */
function checkJson({ loader, loads, isAsPredicted, loadsLess, missing, refusals }: LoaderCheck): object {
  return { id: loader.id, loads, asPredicted: isAsPredicted, loadsLess, missing, refusals };
}

/** The primary loader first. */
function loaderReports(resume: ResumeEffect): object[] {
  return [resume, ...resume.others].map(({ loader, before, after }) => ({ id: loader.id, before, after, total: resume.total }));
}

export function printRepair(terminal: Terminal, result: RepairResult, cwd: string): void {
  const { style } = terminal;
  const { plan } = result;
  terminal.print(style.bold(shortPath(result.path, cwd)));
  for (const line of planLines(result)) terminal.print(`  ${line}`);
  const { before, after, total } = plan.resume;
  const isIdle = plan.entries.length > 0 && !hasEffect(plan.resume) && plan.entries.every(({ entry }) => entry.kind !== 'choose-leaf');
  const figures = after > before ? `${before} → ${style.green(`${after}`)}` : after === before ? `${after}` : `${before} → ${after}`;
  const end = isIdle ? ' with and without repair' : after === before ? '' : ' once repaired';
  terminal.print(
    `  ${capitalised(titleWithVersion(plan.resume.loader))} loads ${figures} of ${counted(total, 'message')}${end}${othersNote(plan.resume)}.`,
  );
  for (const line of result.preview == null ? [] : previewLines(result.preview, style)) terminal.print(`  ${line}`);
  for (const line of outcomeLines(result, cwd)) terminal.print(`  ${line}`);
  for (const line of remainingLines(result, terminal)) terminal.print(`  ${line}`);
}

function planLines({ plan }: RepairResult): string[] {
  const width = plan.entries.reduce((most, { entry }) => Math.max(most, `${entry.line}`.length), 0);
  const code = plan.entries.reduce((most, { entry }) => Math.max(most, entry.code.length), 0);
  return plan.entries.map(({ entry, title, isInForce }) => {
    const why = isInForce ? 'in force already' : visible(entry.confidence);
    return `line ${`${entry.line}`.padStart(width)}  ${visible(entry.code).padEnd(code)}  ${visible(title)}  (${why})`;
  });
}

function outcomeLines(result: RepairResult, cwd: string): string[] {
  const { plan, events, written, target, operator } = result;
  const lines: string[] = [];
  if (events.length > 0) lines.push(`Logged ${counted(events.length, 'repair')} as ${visible(operator)}.`);
  if (written !== null) lines.push(...writtenLines(written, cwd));
  if (result.dryRun) {
    const steps = plan.entries.filter(({ isInForce }) => !isInForce).length;
    const would = steps > 0 ? [`log ${counted(steps, 'repair')}`] : [];
    if (target !== null) would.push(target.kind === 'copy' ? 'write a repaired copy' : 'repair the file itself');
    lines.push(would.length > 0 ? `Dry run: would ${would.join(' and ')}; nothing was logged or written.` : 'Dry run: nothing to do.');
  } else if (events.length === 0 && (result.waiting ?? []).length === 0 && written === null) {
    lines.push('Nothing to do.');
  }
  return lines;
}

function writtenLines(written: Written, cwd: string): string[] {
  if (written.backup !== null) return ['Repaired the file itself.', `The file as it was: ${shortPath(written.backup, cwd)}`];
  const wrote = `Wrote ${shortPath(written.path, cwd)}`;
  if (!isResumable(written.check)) return [wrote, ...lossesOf(written.check)];
  if (basename(written.path) === `${written.sessionId}.jsonl`) return [wrote, `Resume it with: claude --resume ${written.sessionId}`];
  return [wrote, `Its session id is ${written.sessionId}. Clients find a session by its file's name: to resume it, name it after the id.`];
}

function remainingLines({ remaining, written }: RepairResult, { style }: Terminal): string[] {
  const open = remaining.filter((finding) => finding.severity !== 'info');
  if (open.length === 0) return [];
  const by = (severity: Severity): number => open.filter((finding) => finding.severity === severity).length;
  const counts = [by('error') > 0 ? counted(by('error'), 'error') : '', by('warning') > 0 ? counted(by('warning'), 'warning') : ''].filter(
    (text) => text !== '',
  );
  const where = written === null ? '' : ' in it';
  const lines = [style.yellow(`${counts.join(' and ')} ${open.length === 1 ? 'remains' : 'remain'}${where}; riff scan tells more.`)];
  return lines;
}
