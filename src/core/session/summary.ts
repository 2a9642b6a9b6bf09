import { counted } from '../count-text.ts';
import type { Finding, Severity } from '../findings/finding.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { SessionSummary } from './analysis-types.ts';
import { countRepairs } from '../graph/repairs.ts';
import { isoTime } from './rows.ts';
import type { SessionState } from './state.ts';
import { isLoggable } from '../log/rows.ts';

/** Nobody reads more of a name. */
const NAME_LENGTH = 200;

/**
 * @param path what to call the transcript; the session id is its file's stem where that is a uuid
 * @param isSearching whether lost records are still looked for in other sessions
 */
export function summaryOf(state: SessionState, path: string, isSearching: boolean): SessionSummary {
  const { index, figures } = state;
  return {
    path,
    sessionId: sessionIdOf(index, path),
    bytes: index.bytes,
    lines: index.lines,
    records: index.count,
    messages: figures.messages,
    rows: state.rows.length,
    resume: state.resume,
    tokens: figures.tokens,
    compactions: state.compaction.compactions,
    beforeCompaction: state.compaction.before,
    findings: severities(state.findings),
    activeRepairs: countRepairs(state.repairs),
    safeRepairs: state.plan.filter(({ chosen }) => chosen.confidence === 'high').length,
    agentVersion: index.version < 0 ? null : index.names.text(index.version).slice(0, NAME_LENGTH),
    gitBranch: index.branch < 0 ? null : index.names.text(index.branch).slice(0, NAME_LENGTH),
    firstTimestamp: isoTime(figures.first),
    lastTimestamp: isoTime(figures.last),
    notices: [...notices(index), ...(isSearching ? [LOOKING_ELSEWHERE] : [])],
  };
}

const LOOKING_ELSEWHERE = 'Looking for lost records in other sessions…';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** An id that a log can be kept under: one that is none gives way to the file's name, without what no id may hold. */
function usableId(id: string, stem: string): string {
  if (isLoggable(id)) return id;
  return isLoggable(stem) ? stem : stem.replaceAll(/\p{Cc}/gu, '�').slice(0, 200) || 'session';
}

/** Resume finds a session by its file's name, so the name decides; the records' own id is the fallback. */
export function sessionIdOf(index: TranscriptIndex, path: string): string {
  const stem = (path.split(/[/\\]/).pop() ?? path).replace(/\.jsonl$/i, '');
  if (UUID.test(stem) && stem.length === 36) return stem;
  for (let i = 0; i < index.count; i++) {
    const name = index.columns.session[i]!;
    if (name >= 0) return usableId(index.names.text(name), stem);
  }
  return usableId(stem, stem);
}

function severities(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const finding of findings) counts[finding.severity]++;
  return counts;
}

function notices(index: TranscriptIndex): string[] {
  const list: string[] = [];
  if (index.bytes === 0) return ['The file is empty.'];
  const lost = index.problems.reduce((sum, problem) => sum + problem.lostBytes, 0);
  const nul = index.problems.filter((problem) => problem.kind === 'nul').length;
  if (lost > 0)
    list.push(
      `${counted(lost, 'byte')} in ${counted(index.problems.filter((problem) => problem.lostBytes > 0).length, 'line')} could not be read.`,
    );
  if (nul > 0) list.push(`${counted(nul, 'line')} with NUL bytes.`);
  return list;
}
