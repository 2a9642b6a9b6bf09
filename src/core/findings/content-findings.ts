import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { ResumeChain } from '../graph/resume.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import type { Diagnosis, FindingCode, ScoredAction, Severity } from './finding.ts';

const SUSPECT = FLAG.badAttachment | FLAG.loneSurrogate | FLAG.nulInContent;

/**
 * What a client or the API stumbles over although the links are sound.
 * @param chain what a resume of the graph loads
 */
export function findContentProblems(graph: ConversationGraph, chain: ResumeChain): Diagnosis[] {
  const { index } = graph;
  const found: Diagnosis[] = [];
  const onChain = new Set(chain.records);
  for (let record = 0; record < index.count; record++) {
    if ((index.columns.flags[record]! & SUSPECT) === 0 || !graph.isSeen(record)) continue;
    if (index.isFlagged(record, FLAG.badAttachment)) found.push(malformedAttachment(graph, record, onChain.has(record)));
    if (index.isFlagged(record, FLAG.loneSurrogate)) found.push(loneSurrogate(graph, record));
    if (index.isFlagged(record, FLAG.nulInContent)) found.push(nulInContent(graph, record));
  }
  return [...found, ...atEnd(graph, chain)];
}

function malformedAttachment(graph: ConversationGraph, record: number, isLoaded: boolean): Diagnosis {
  return diagnosis(
    graph,
    'attachment-malformed',
    isLoaded ? 'warning' : 'info',
    record,
    'This attachment has no content of a known form; clients before 2.1.218 end with an error when they load it.',
    [bypass(graph, record, 0.9, 'high', 'It says nothing to the model; what follows continues the record before it.')],
  );
}

function loneSurrogate(graph: ConversationGraph, record: number): Diagnosis {
  const message =
    'Half of a character stands in a text here (an unpaired surrogate), as when a text was cut. Clients since 2.1.132 replace it when they load; older ones send it and are refused.';
  return diagnosis(graph, 'lone-surrogate', 'info', record, message, []);
}

function nulInContent(graph: ConversationGraph, record: number): Diagnosis {
  const message =
    'A NUL character stands in the text of this message, as binary output of a tool does. Some clients cut their request there; nothing is damaged in the file.';
  return diagnosis(graph, 'nul-in-content', 'info', record, message, []);
}

/** What a session should not end with: the next request may be refused for it. */
function atEnd(graph: ConversationGraph, chain: ResumeChain): Diagnosis[] {
  const { leaf } = chain;
  if (leaf < 0 || graph.index.columns.kind[leaf] !== KIND.assistant) return [];
  const only = graph.index.columns.flags[leaf]! & (FLAG.thinking | FLAG.text | FLAG.toolUse);
  if (graph.index.isFlagged(leaf, FLAG.synthetic)) {
    return [
      diagnosis(
        graph,
        'api-error-at-end',
        'info',
        leaf,
        'The session ends with the client’s report of a failed request. Nothing is lost; clients pass it over, some older ones were refused for its message id.',
        [bypass(graph, leaf, 0.6, 'medium', 'The session then ends with what was said before it.')],
      ),
    ];
  }
  if (only === FLAG.thinking) {
    return [
      diagnosis(
        graph,
        'thinking-at-end',
        'info',
        leaf,
        'The session ends in the middle of an answer: after its thinking nothing more was written. Clients drop the thinking, some older ones were refused for it.',
        [bypass(graph, leaf, 0.6, 'medium', 'The session then ends with what was said before it.')],
      ),
    ];
  }
  return [];
}

function bypass(
  graph: ConversationGraph,
  record: number,
  score: number,
  confidence: ScoredAction['confidence'],
  reason: string,
): ScoredAction {
  return { action: { kind: 'bypass', uuid: graph.index.uuidText(record) }, score, confidence, reasons: [reason] };
}

function diagnosis(
  graph: ConversationGraph,
  code: FindingCode,
  severity: Severity,
  record: number,
  message: string,
  actions: readonly ScoredAction[],
): Diagnosis {
  const { index } = graph;
  const uuid = index.uuidText(record);
  const line = index.columns.line[record]!;
  return {
    finding: { id: `${code}:${uuid}`, code, severity, line, uuid, parentUuid: null, message, repairable: actions.length > 0 },
    actions,
  };
}
