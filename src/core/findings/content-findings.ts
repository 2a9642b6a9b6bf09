import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { Loaders } from '../loaders/loader.ts';
import { isThinkingAlone } from '../loaders/request.ts';
import { marksOf, type ResumeChain } from '../loaders/resume-chain.ts';
import { FLAG, KIND, isMessage } from '../transcript/record-kinds.ts';
import { refusedReport, saysTooLong, sizeOfRequest } from './refusals/refused-report.ts';
import type { Diagnosis, FindingCode, ScoredAction } from './finding.ts';
import { leftOut, recordDiagnosis } from './record-finding.ts';

const SUSPECT = FLAG.badAttachment | FLAG.loneSurrogate | FLAG.nulInContent;

/**
 * What a client or the API stumbles over although the links are sound.
 * @param chains what each loader loads of the graph
 */
export function findContentProblems(graph: ConversationGraph, chains: readonly ResumeChain[], loaders: Loaders): Diagnosis[] {
  const { index } = graph;
  const found: Diagnosis[] = [];
  const marks = chains.map((chain) => marksOf(chain, index.count));
  for (let record = 0; record < index.count; record++) {
    if ((index.columns.flags[record]! & SUSPECT) === 0 || !graph.isSeen(record)) continue;
    if (index.isFlagged(record, FLAG.badAttachment))
      found.push(
        malformedAttachment(
          graph,
          record,
          marks.some((onChain) => onChain[record] === 1),
        ),
      );
    if (index.isFlagged(record, FLAG.loneSurrogate)) found.push(loneSurrogate(graph, record));
    if (index.isFlagged(record, FLAG.nulInContent)) found.push(nulInContent(graph, record));
  }
  return [
    ...found,
    ...findBadEnds(
      graph,
      chains.map(({ leaf }) => leaf),
      loaders,
    ),
  ];
}

function malformedAttachment({ index }: ConversationGraph, record: number, isLoaded: boolean): Diagnosis {
  const message = 'This attachment has no content of a known form; clients before 2.1.218 end with an error when they load it.';
  return recordDiagnosis(index, record, { code: 'attachment-malformed', severity: isLoaded ? 'warning' : 'info', message }, [
    leftOut(index.uuidText(record), 0.9, 'high', 'It says nothing to the model; what follows continues the record before it.'),
  ]);
}

function loneSurrogate({ index }: ConversationGraph, record: number): Diagnosis {
  const message =
    'Half of a character stands in a text here (an unpaired surrogate), as when a text was cut. Clients since 2.1.132 replace it when they load; older ones send it and are refused.';
  return recordDiagnosis(index, record, { code: 'lone-surrogate', severity: 'info', message }, []);
}

function nulInContent({ index }: ConversationGraph, record: number): Diagnosis {
  const message =
    'A NUL character stands in the text of this message, as binary output of a tool does. Some clients cut their request there; nothing is damaged in the file.';
  return recordDiagnosis(index, record, { code: 'nul-in-content', severity: 'info', message }, []);
}

/** The codes of `findBadEnds`. */
export const END_CODES: readonly FindingCode[] = ['api-error-at-end', 'request-too-large', 'thinking-at-end'];

/** What a session should not end with: the next request may be refused for it. @param leaves what each loader continues from; -1 for nothing */
export function findBadEnds(graph: ConversationGraph, leaves: readonly number[], loaders: Loaders): Diagnosis[] {
  const ends = new Set(leaves.map((leaf) => lastMessage(graph, leaf)));
  return [...ends].flatMap((end) => findBadEnd(graph, end, loaders));
}

function findBadEnd(graph: ConversationGraph, end: number, loaders: Loaders): Diagnosis[] {
  const { index } = graph;
  if (end < 0 || index.columns.kind[end] !== KIND.assistant) return [];
  const said = badEnd(index.columns.flags[end]!);
  if (said === null) return [];
  const repair = leftOut(index.uuidText(end), 0.6, 'medium', 'The session then ends with what was said before it.');
  const report = index.errorReports.findLast(({ record }) => record === end)?.text ?? '';
  if (saysTooLong(report)) return [tooLarge(graph, end, loaders, repair)];
  const message = refusedReport(graph, report, loaders) ?? said.message;
  return [recordDiagnosis(index, end, { ...said, message, severity: 'info' }, [repair])];
}

function tooLarge(graph: ConversationGraph, end: number, loaders: Loaders, repair: ScoredAction): Diagnosis {
  const size = sizeOfRequest(graph, loaders);
  const message = `The session ended because its prompt was too long for the model; a resume sends ${size}. Today’s client tries to sum the session up by itself, and the model then sees the summary alone; where that fails, and with clients up to 2.1.197, the session cannot be gone on with.`;
  return recordDiagnosis(graph.index, end, { code: 'request-too-large', severity: 'warning', message }, [
    { ...repair, reasons: ['This leaves out the report alone; the prompt stays as long as it is.'] },
  ]);
}

/** A loader may go on from a note behind it. */
function lastMessage({ index, parent }: ConversationGraph, leaf: number): number {
  let at = leaf;
  for (let steps = 0; at >= 0 && !isMessage(index.columns.kind[at]!); steps++) at = steps < parent.length ? parent[at]! : -1;
  return at;
}

function badEnd(flags: number): { readonly code: FindingCode; readonly message: string } | null {
  if ((flags & FLAG.synthetic) !== 0) {
    return {
      code: 'api-error-at-end',
      message:
        'The session ends with the client’s report of a failed request. Nothing is lost; clients pass it over, some older ones were refused for its message id.',
    };
  }
  if (!isThinkingAlone(flags)) return null;
  return {
    code: 'thinking-at-end',
    message:
      'The session ends in the middle of an answer: after its thinking nothing more was written. Clients drop the thinking, some older ones were refused for it.',
  };
}
