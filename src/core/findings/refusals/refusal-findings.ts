import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { couldBeRefused } from '../../loaders/api-rules/suspects.ts';
import { type Loader, type Loaders, primaryLoader } from '../../loaders/loader.ts';
import type { Refusal } from '../../loaders/request.ts';
import type { ResumeChain } from '../../loaders/resume-chain.ts';
import { counted } from '../../count-text.ts';
import type { Diagnosis, FindingCode, Severity } from '../finding.ts';
import { partedDiagnoses } from './parted-answer.ts';
import { recordDiagnosis } from '../record-finding.ts';

/** Causes of refusals that have a finding here; others are found where calls and results are looked at. */
const CODE_OF: Readonly<Record<string, FindingCode>> = {
  'server-result-without-call': 'server-tool-parted',
  'server-tool-id': 'request-refused',
  'tool-id': 'request-refused',
  'tool-input': 'request-refused',
  'empty-prompt': 'request-refused',
  'empty-text': 'request-refused',
  'blank-text': 'request-refused',
  'call-in-prompt': 'request-refused',
  'result-in-answer': 'request-refused',
  'thinking-signature': 'request-refused',
  'image-data': 'pictures-refused',
  'image-bytes': 'pictures-refused',
  'image-pixels': 'pictures-refused',
  'pdf-data': 'pictures-refused',
};

/** What only the first and last bytes tell is no more than a hint. */
const HINTS = new Set(['image-data']);

/**
 * What the API refuses of a resume: one finding for each cause, at its first place; one for each answer that was parted. What only
 * another loader is refused for is no error.
 * @param chains what each loader loads of the graph, the primary one first
 */
export function findRefusals(graph: ConversationGraph, chains: readonly ResumeChain[], loaders: Loaders): Diagnosis[] {
  if (!couldBeRefused(graph.index, 0)) return [];
  const primary = primaryLoader(loaders);
  const inOrder = [primary, ...loaders.list.filter(({ id }) => id !== primary.id)];
  const known = new Set<string>();
  return inOrder.flatMap((loader, i) => {
    const chain = chains[i] ?? loader.chain(graph);
    const found = diagnosesOf(graph, chain, loader).filter(({ finding: { id } }) => !known.has(id) && known.add(id).size > 0);
    return i === 0 ? found : found.map(noError);
  });
}

function diagnosesOf(graph: ConversationGraph, chain: ResumeChain, loader: Loader): Diagnosis[] {
  const refusals = loader.refusals(graph, loader.request(graph, chain)).filter(({ rule, record }) => record >= 0 && rule in CODE_OF);
  const byRule = new Map<string, Refusal[]>();
  for (const refusal of refusals) byRule.set(refusal.rule, [...(byRule.get(refusal.rule) ?? []), refusal]);
  return [...byRule].flatMap(([rule, found]) => {
    if (rule !== 'server-result-without-call') return [refused(graph, found)];
    return [...new Set(found.map(({ record }) => record))].flatMap((record) => partedDiagnoses(graph, record));
  });
}

function noError({ finding, actions }: Diagnosis): Diagnosis {
  return { finding: finding.severity === 'error' ? { ...finding, severity: 'warning' } : finding, actions };
}

function refused({ index }: ConversationGraph, found: readonly Refusal[]): Diagnosis {
  const [{ rule, record, sentence, recovery }] = found as [Refusal, ...Refusal[]];
  const records = new Set(found.map((refusal) => refusal.record)).size;
  const places = records === 1 ? '' : ` So it is in ${counted(records, 'message')}.`;
  const code = CODE_OF[rule]!;
  const { finding, actions } = recordDiagnosis(
    index,
    record,
    { code, severity: severityOf(rule, recovery), message: `${sentence}${places} ${becomes(recovery)}` },
    [],
  );
  // Several causes may meet in one record.
  return { finding: { ...finding, id: `${code}:${rule}:${index.uuidText(record)}` }, actions };
}

/** A resume that dies is an error; one that goes on without something has lost it. */
function severityOf(rule: string, { today, loses }: Refusal['recovery']): Severity {
  if (today === 'stuck') return 'error';
  return loses === null || HINTS.has(rule) || rule === 'thinking-signature' ? 'info' : 'warning';
}

function becomes({ today, loses, stuckUntil }: Refusal['recovery']): string {
  if (today === 'stuck')
    return 'The API refuses every request of this session, and clients do not get out of it: it cannot be gone on with.';
  const older = stuckUntil === null ? '' : ` Clients up to ${stuckUntil} give up.`;
  if (loses === null) return `Today’s client leaves it out before it sends the session.${older}`;
  if (today === 'mends') return `Today’s client leaves ${loses} out: the model no longer sees it.${older}`;
  return `The API refuses it; today’s client then sends the session again without ${loses}, which the model no longer sees.${older}`;
}
