import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { marksOf, type ResumeChain } from '../loaders/resume-chain.ts';
import { synthesisedResult } from './synthesised-result.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import type { Diagnosis, ScoredAction } from './finding.ts';
import { leftOut, recordDiagnosis } from './record-finding.ts';

/**
 * Calls without a result, results without a call and ids that occur twice, on the chain of a resume with all repairs: what lies
 * beside it is never sent. A call that the session ends with is no finding, and neither is one whose result is elsewhere in the
 * file: then the break between them is the finding.
 * @param graph with all repairs
 */
export function findToolProblems(graph: ConversationGraph, chain: ResumeChain): Diagnosis[] {
  return new ToolCheck(graph, chain).diagnoses();
}

class ToolCheck {
  private readonly graph: ConversationGraph;
  private readonly chain: ResumeChain;
  /** Per name: 1 where some record of the file makes that call, 2 where some holds its result. */
  private readonly known: Uint8Array;
  /** Per name: how many records of the file make that call. */
  private readonly calls: Uint32Array;

  constructor(graph: ConversationGraph, chain: ResumeChain) {
    this.graph = graph;
    this.chain = chain;
    const { names, tools } = graph.index;
    this.known = new Uint8Array(names.size);
    this.calls = new Uint32Array(names.size);
    for (let t = 0; t < tools.id.length; t++) {
      const id = tools.id[t]!;
      if (id < 0 || graph.hidden[tools.record[t]!] !== 0) continue;
      this.known[id]! |= tools.isResult[t] === 1 ? 2 : 1;
      if (tools.isResult[t] === 0) this.calls[id]!++;
    }
  }

  diagnoses(): Diagnosis[] {
    const lastGroup = this.lastGroup();
    /** Per name, of calls and of results: the first record of the chain so far that has it, plus one. */
    const seen = new Int32Array(this.graph.index.names.size * 2);
    const found: Diagnosis[] = [];
    for (const record of this.chain.records) {
      if (this.graph.isMain(record)) found.push(...this.ofRecord(record, lastGroup, seen));
    }
    return [...found, ...this.besideChain()];
  }

  /** What no resume loads can do no harm there, but it was lost all the same. */
  private besideChain(): Diagnosis[] {
    const { index } = this.graph;
    const onChain = marksOf(this.chain, index.count);
    const continued = this.continuedAnswers();
    const found: Diagnosis[] = [];
    for (let t = 0; t < index.tools.record.length; t++) {
      const record = index.tools.record[t]!;
      if (onChain[record] === 1 || !this.graph.isMain(record) || !this.graph.isSeen(record)) continue;
      const known = this.known[index.tools.id[t]!] ?? 3;
      const isResult = index.tools.isResult[t] === 1;
      if (!isResult && (known & 2) === 0 && continued[index.columns.messageId[record]!] === 1) {
        found.push(asInfo(this.missingResult(record, index.tools.id[t]!, index.tools.name[t]!)));
      } else if (isResult && (known & 1) === 0 && this.graph.parent[record]! >= 0) found.push(asInfo(this.missingCall(record)));
    }
    return [...found, ...this.repeatedBeside(onChain)];
  }

  /** Ids that occur twice, where one of the two is not loaded. */
  private repeatedBeside(onChain: Uint8Array): Diagnosis[] {
    const { index } = this.graph;
    /** Per name, of calls and of results: the first record that has it, plus one. */
    const first = new Int32Array(index.names.size * 2);
    const found: Diagnosis[] = [];
    for (let t = 0; t < index.tools.record.length; t++) {
      const record = index.tools.record[t]!;
      const id = index.tools.id[t]!;
      if (id < 0 || !this.graph.isMain(record) || !this.graph.isSeen(record)) continue;
      const key = id * 2 + index.tools.isResult[t]!;
      const before = first[key]! - 1;
      if (before < 0) first[key] = record + 1;
      else if (before !== record && !(onChain[before] === 1 && onChain[record] === 1) && !this.isCopyOf(before, record)) {
        found.push(asInfo(this.repeatedId(record)));
      }
    }
    return found;
  }

  /** The same part of one answer on two branches is no repeated call. */
  private isCopyOf(a: number, b: number): boolean {
    const { messageId } = this.graph.index.columns;
    return messageId[a]! >= 0 && messageId[a] === messageId[b];
  }

  /** Per name: 1 for message ids of answers that something of the conversation continues. */
  private continuedAnswers(): Uint8Array {
    const { index, parent } = this.graph;
    const { messageId } = index.columns;
    const continued = new Uint8Array(index.names.size);
    for (let i = 0; i < index.count; i++) {
      const above = parent[i]!;
      if (above >= 0 && messageId[above]! >= 0 && messageId[above] !== messageId[i] && this.graph.isMain(i))
        continued[messageId[above]!] = 1;
    }
    return continued;
  }

  private ofRecord(record: number, lastGroup: number, seen: Int32Array): Diagnosis[] {
    const { columns, tools } = this.graph.index;
    if (columns.toolStart[record] === columns.toolStart[record + 1]) return NONE;
    const found: Diagnosis[] = [];
    /** Per call or result: the record above that has the same id; -1. */
    const above: number[] = [];
    for (let t = columns.toolStart[record]!; t < columns.toolStart[record + 1]!; t++) {
      const id = tools.id[t]!;
      if (id < 0) continue;
      const key = id * 2 + tools.isResult[t]!;
      above.push(seen[key]! - 1);
      seen[key] ||= record + 1;
      if (tools.isResult[t] === 0 && (this.known[id]! & 2) === 0 && columns.messageId[record] !== lastGroup) {
        found.push(this.missingResult(record, id, tools.name[t]!));
      }
      if (tools.isResult[t] === 1 && (this.known[id]! & 1) === 0 && !this.isCutOff(record)) found.push(this.missingCall(record));
    }
    if (above.length === 0 || above.includes(-1)) return found;
    found.push(this.isAnswerAfterFailure(above[0]!, record) ? this.answerUnsent(above[0]!, record) : this.repeatedId(record));
    return found;
  }

  /** The answer the chain ends with, results and injected text behind it passed over; its calls may still be running. */
  private lastGroup(): number {
    const { columns } = this.graph.index;
    const { records } = this.chain;
    for (let at = records.length - 1; at >= 0; at--) {
      const record = records[at]!;
      if (columns.kind[record] === KIND.assistant) return columns.messageId[record]!;
      if (this.graph.isVisible(record) && columns.toolStart[record] === columns.toolStart[record + 1]) return -1;
    }
    return -1;
  }

  /** The file begins here, so the call may stand in the part that is not in it. */
  private isCutOff(record: number): boolean {
    return this.chain.records[0] === record;
  }

  private missingResult(record: number, id: number, name: number): Diagnosis {
    const { index } = this.graph;
    const tool = name < 0 ? 'a tool' : index.names.text(name);
    const message = `The result of this call of ${tool} is nowhere in the file. A client that checks the calls it sends refuses or drops it.`;
    const actions: ScoredAction[] = [
      {
        action: synthesisedResult(this.graph, record, id),
        score: 0.97,
        confidence: 'high',
        reasons: ['A result that says it was lost answers the call, and nothing of the conversation is changed.'],
      },
      leftOut(
        index.uuidText(record),
        0.5,
        'medium',
        'Without the call nothing waits for a result; the call itself is then no longer loaded.',
      ),
    ];
    return recordDiagnosis(this.graph.index, record, { code: 'tool-result-missing', severity: 'warning', message }, actions);
  }

  private missingCall(record: number): Diagnosis {
    const uuid = this.graph.index.uuidText(record);
    const message =
      'This is the result of a tool call that is nowhere in the file. Today’s client leaves it out; older ones send it and are refused.';
    const reason = 'What follows then continues the record before it. Today’s client does not need it.';
    return recordDiagnosis(this.graph.index, record, { code: 'tool-call-missing', severity: 'info', message }, [
      leftOut(uuid, 0.8, 'medium', reason),
    ]);
  }

  /** Whether both hold one result of one call and nothing else, of which only the later one says what the call gave. */
  private isAnswerAfterFailure(before: number, record: number): boolean {
    const { columns, tools } = this.graph.index;
    const isSingle = (one: number): boolean =>
      columns.toolStart[one + 1]! - columns.toolStart[one]! === 1 &&
      (columns.flags[one]! & (FLAG.text | FLAG.toolResult)) === FLAG.toolResult;
    if (before === record || !isSingle(before) || !isSingle(record)) return false;
    const hasFailed = (one: number): boolean => (columns.flags[one]! & FLAG.failedResult) !== 0;
    return this.calls[tools.id[columns.toolStart[record]!]!] === 1 && hasFailed(before) && !hasFailed(record);
  }

  private answerUnsent(before: number, record: number): Diagnosis {
    const { index } = this.graph;
    const line = index.columns.line[before]!;
    const message = `This result of a tool call is never sent: a refusal or failure of the same call stands in line ${line}, and the API takes one result for a call. The agent knows only that one.`;
    const reason = `The result that the call gave stays; line ${line}, which says that it failed or was refused, is no longer sent.`;
    return recordDiagnosis(index, record, { code: 'tool-id-repeated', severity: 'error', message }, [
      leftOut(index.uuidText(before), 0.9, 'medium', reason),
      leftOut(index.uuidText(record), 0.4, 'low', 'The failure stays, and the result that came later goes, as today’s client has it.'),
    ]);
  }

  private repeatedId(record: number): Diagnosis {
    const uuid = this.graph.index.uuidText(record);
    const isResult = this.graph.index.columns.kind[record] === KIND.user;
    const what = isResult ? 'A result of the same tool call stands further up' : 'A tool call with the same id stands further up';
    const message = `${what}. Today’s client sends the first alone; older ones send both and are refused.`;
    const reason = 'The first one stays. Today’s client does not need it.';
    return recordDiagnosis(this.graph.index, record, { code: 'tool-id-repeated', severity: 'info', message }, [
      leftOut(uuid, 0.8, 'medium', reason),
    ]);
  }
}

const NONE: Diagnosis[] = [];

function asInfo({ finding, actions }: Diagnosis): Diagnosis {
  return {
    finding: { ...finding, severity: 'info', message: `${finding.message} No resume loads it here.` },
    actions: actions.map((scored) => (scored.confidence === 'high' ? { ...scored, confidence: 'medium' } : scored)),
  };
}
