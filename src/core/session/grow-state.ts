import { END_CODES, findBadEnd } from '../findings/content-findings.ts';
import { bySeverity, type Diagnosis } from '../findings/finding.ts';
import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { grownResumeFigures } from '../loaders/resume-figures.ts';
import { planOf } from '../repair/session-plan.ts';
import { ToolPairs } from '../graph/tool-pairs.ts';
import { grown as longer, joined } from '../transcript/join-columns.ts';
import { KIND } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import { grownFigures } from './figures.ts';
import type { Severities } from './severities.ts';
import { bestActions, byRecord, deriveState, wantedOf, type SessionState, type Tip } from './state.ts';
import { Tail, TailOnce } from './tail.ts';

/**
 * The state of a session whose file has grown by records that continue it in the ordinary way; null when one of them is not ordinary.
 * It equals the state that would be made anew, and shares with the old one what did not change.
 * @param file all that the old state's file is, and the records that were appended
 */
export function grownState(state: SessionState, file: TranscriptIndex, severities: Severities): SessionState | null {
  if (!isPlainlyMore(state, file)) return null;
  const tail = Tail.of(state, file.count);
  if (tail === null || !haveNewNames(state, file)) return null;
  const graph = state.graph.grownTo(file);
  for (let record = state.file.count; record < file.count; record++) if (!tail.take(graph, record)) return null;
  const { tip, messages, loaded } = tail;
  const onChain = joined(state.onChain, new Uint8Array(file.count - state.file.count));
  for (const record of loaded) onChain[record] = 1;
  const whole = state.whole === state.graph ? graph : state.whole.grownTo(file);
  const ended = withEnd(state, graph, whole, tip, severities);
  const { rows, rowOfRecord } = withRows(state, file);
  const grown: SessionState = {
    ...state,
    ...ended,
    file,
    index: file,
    graph,
    whole,
    pairs: new ToolPairs(file, state.pairs),
    figures: grownFigures(state.figures, file, state.file.count, state.graph.recordOfName.length),
    resume: grownResumeFigures(state.resume, state.resume.total + messages, (loader) => tail.visibleTo(loader)),
    loaded: loadedLater(file, state, severities),
    onChain,
    rows,
    rowOfRecord,
    tip,
    tail: new TailOnce(tail),
  };
  tail.settle(grown);
  return grown;
}

/** Of its own, so that it holds what it needs of the earlier state and not that state, which holds the one before. */
function loadedLater(
  file: TranscriptIndex,
  { repairs, elsewhere, sessionId, loaders }: SessionState,
  severities: Severities,
): SessionState['loaded'] {
  return () => deriveState(file, repairs, elsewhere, sessionId, loaders, severities).loaded();
}

/** Whether what was added are sound lines of the same client, none of them a compaction that keeps messages. */
function isPlainlyMore({ file: before, loaders }: SessionState, after: TranscriptIndex): boolean {
  return (
    after.problems.length === before.problems.length &&
    after.preserved.length === before.preserved.length &&
    // Results that a repair puts in are said to be of the last version.
    after.version === before.version &&
    loaders.list.every(({ growth }) => growth?.readsAlike(before, after) === true)
  );
}

/** Whether no uuid of an added record stood anywhere before: as a parent that was missing, say. */
function haveNewNames({ graph }: SessionState, { columns, count }: TranscriptIndex): boolean {
  for (let i = graph.index.count; i < count; i++) {
    if (columns.kind[i] !== KIND.meta && columns.uuid[i]! < graph.recordOfName.length) return false;
  }
  return true;
}

/** How a session ends is a finding of its own, and another one with each message. */
function withEnd(
  state: SessionState,
  graph: ConversationGraph,
  whole: ConversationGraph,
  tip: Tip,
  severities: Severities,
): Pick<SessionState, 'diagnoses' | 'findings' | 'findingsOfRecord' | 'plan'> {
  const isEnd = ({ finding }: Diagnosis): boolean => END_CODES.includes(finding.code);
  const { primary } = state.loaders;
  const leaf = tip.leaves.get(primary) ?? -1;
  const end =
    leaf === state.tip?.leaves.get(primary)
      ? state.diagnoses.filter(isEnd)
      : wantedOf(findBadEnd(graph.index, leaf), state.repairs, severities);
  if (end.length === 0 && !state.diagnoses.some(isEnd)) return state;
  const diagnoses = [...state.diagnoses.filter((diagnosis) => !isEnd(diagnosis)), ...end].sort(bySeverity);
  const findings = diagnoses.map(({ finding }) => finding);
  return {
    diagnoses,
    findings,
    findingsOfRecord: byRecord(graph, findings),
    plan: planOf(diagnoses, bestActions(whole, state.links, state.restorations)),
  };
}

function withRows(state: SessionState, file: TranscriptIndex): Pick<SessionState, 'rows' | 'rowOfRecord'> {
  const rows: number[] = [];
  const rowOfRecord = new Int32Array(file.count - state.file.count).fill(-1);
  for (let i = state.file.count; i < file.count; i++) {
    if (file.columns.kind[i] === KIND.meta) continue;
    rowOfRecord[i - state.file.count] = state.rows.length + rows.length;
    rows.push(i);
  }
  return { rows: longer(state.rows, rows), rowOfRecord: longer(state.rowOfRecord, rowOfRecord) };
}
