import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { isThinkingAlone } from '../loaders/request.ts';
import { marksOf, type ResumeChain } from '../loaders/resume-chain.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { Diagnosis, FindingCode } from './finding.ts';
import { leftOut, recordDiagnosis } from './record-finding.ts';

const SUSPECT = FLAG.badAttachment | FLAG.loneSurrogate | FLAG.nulInContent;

/**
 * What a client or the API stumbles over although the links are sound.
 * @param chain what a resume of the graph loads
 */
export function findContentProblems(graph: ConversationGraph, chain: ResumeChain): Diagnosis[] {
  const { index } = graph;
  const found: Diagnosis[] = [];
  const onChain = marksOf(chain, index.count);
  for (let record = 0; record < index.count; record++) {
    if ((index.columns.flags[record]! & SUSPECT) === 0 || !graph.isSeen(record)) continue;
    if (index.isFlagged(record, FLAG.badAttachment)) found.push(malformedAttachment(graph, record, onChain[record] === 1));
    if (index.isFlagged(record, FLAG.loneSurrogate)) found.push(loneSurrogate(graph, record));
    if (index.isFlagged(record, FLAG.nulInContent)) found.push(nulInContent(graph, record));
  }
  return [...found, ...findBadEnd(index, chain.leaf)];
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

/** The codes of `findBadEnd`. */
export const END_CODES: readonly FindingCode[] = ['api-error-at-end', 'thinking-at-end'];

/** What a session should not end with: the next request may be refused for it. @param leaf what a resume continues from; -1 */
export function findBadEnd(index: TranscriptIndex, leaf: number): Diagnosis[] {
  if (leaf < 0 || index.columns.kind[leaf] !== KIND.assistant) return [];
  const said = badEnd(index.columns.flags[leaf]!);
  if (said === null) return [];
  const repair = leftOut(index.uuidText(leaf), 0.6, 'medium', 'The session then ends with what was said before it.');
  return [recordDiagnosis(index, leaf, { ...said, severity: 'info' }, [repair])];
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
