import { counted, grouped } from '../../core/count-text.ts';
import type { Finding } from '../../core/findings/finding.ts';
import type { SessionSummary } from '../../core/session/analysis-types.ts';
import { titleWithVersion } from '../../core/loaders/loader.ts';
import { capitalised, othersSentence } from '../../core/session/effect-text.ts';

/** What a resume loads of a session, by every loader, in one sentence or a few. */
export function resumeSentence(summary: SessionSummary): string {
  const before = summary.beforeCompaction;
  const left = before === 0 ? '' : `${grouped(before)} more lie before the last compaction.`;
  return [loadsSentence(summary), left, othersSentence(summary.resume)].filter((sentence) => sentence !== '').join(' ');
}

/** A compaction leaves what came before it out on purpose: nothing that is missing. */
function loadsSentence({ resume, beforeCompaction, activeRepairs }: SessionSummary): string {
  const { now, withRepairs, repaired } = resume;
  const loader = capitalised(titleWithVersion(resume.loader));
  const total = resume.total - beforeCompaction;
  const further = repaired > withRepairs ? `, ${repaired} after repair` : '';
  if (activeRepairs > 0 && withRepairs !== now)
    return `${loader} loads ${now} of ${counted(total, 'message')} of the file, ${withRepairs} of a copy with the repairs made so far${further}.`;
  return further === '' && now === total
    ? `${loader} loads ${beforeCompaction > 0 ? '' : 'all '}${counted(total, 'message')}.`
    : `${loader} loads ${now} of ${counted(total, 'message')} now${further}.`;
}

/** What a finding says in the list of problems. @param summary given for the first one of a file, which says what it means in all */
export function findingText(finding: Finding, summary: SessionSummary | null): string {
  return summary === null ? finding.message : `${finding.message} ${resumeSentence(summary)}`;
}

/** What stands for the findings that are not listed one by one. */
export function moreFindingsText(rest: readonly Finding[]): string {
  const codes = new Map<string, number>();
  for (const finding of rest) codes.set(finding.code, (codes.get(finding.code) ?? 0) + 1);
  const parts = [...codes].sort((a, b) => b[1] - a[1]).map(([code, n]) => `${n} ${code}`);
  return `${counted(rest.length, 'more finding')} are not listed here: ${parts.join(', ')}. The session graph shows all.`;
}
