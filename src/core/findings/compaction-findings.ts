import { ORPHAN, type ConversationGraph } from '../graph/conversation-graph.ts';
import { tipBefore } from '../graph/lay-over.ts';
import type { ToolPairs } from '../graph/tool-pairs.ts';
import { marksOf, type ResumeChain } from '../loaders/resume-chain.ts';
import type { Compaction, Summary } from '../transcript/compactions.ts';
import { FLAG, isMessage, KIND } from '../transcript/record-kinds.ts';
import type { Diagnosis, ScoredAction } from './finding.ts';
import { leftOut, recordDiagnosis } from './record-finding.ts';

/**
 * Compactions that took a conversation away and put nothing in its place: without a summary, with one that says nothing, or with one that
 * the chain passes by.
 * @param graph with all repairs
 * @param chains what each loader loads of it, the primary one first
 */
export function findCompactionProblems(graph: ConversationGraph, pairs: ToolPairs, [chain]: readonly ResumeChain[]): Diagnosis[] {
  if (chain === undefined || chain.records.length === 0 || graph.index.compactions.length === 0) return [];
  return new CompactionCheck(graph, pairs, chain).diagnoses();
}

class CompactionCheck {
  private readonly graph: ConversationGraph;
  private readonly pairs: ToolPairs;
  private readonly chain: ResumeChain;
  /** Those that loaders see, in file order. */
  private readonly compactions: readonly Compaction[];
  private readonly onChain: Uint8Array;

  constructor(graph: ConversationGraph, pairs: ToolPairs, chain: ResumeChain) {
    this.graph = graph;
    this.pairs = pairs;
    this.chain = chain;
    const { index } = graph;
    this.compactions = index.compactions.filter(({ boundary }) => graph.isSeen(boundary) && !index.isFlagged(boundary, FLAG.sidechain));
    this.onChain = marksOf(chain, index.count);
  }

  diagnoses(): Diagnosis[] {
    const passed = this.passedBy();
    return [...(passed === null ? [] : [passed]), ...this.bare()];
  }

  /** Compactions that cut the chain and say nothing: the one that it begins with, and those that it would begin with then. */
  private bare(): Diagnosis[] {
    const found: Diagnosis[] = [];
    let boundary = this.boundaryAbove(this.chain.records[0]!);
    for (let limit = this.graph.index.count; boundary >= 0 && boundary < limit;) {
      const compaction = this.compactions.find((one) => one.boundary === boundary);
      const diagnoses = compaction === undefined ? [] : this.ofBare(compaction);
      found.push(...diagnoses);
      if (diagnoses.length === 0) break;
      limit = boundary;
      boundary = this.boundaryAbove(tipBefore(this.graph, boundary));
    }
    return found;
  }

  /** The first compaction at or above a record; -1. */
  private boundaryAbove(record: number): number {
    const seen = new Set<number>();
    for (let at = record; at >= 0 && !seen.has(at); at = this.graph.parent[at]!) {
      if (this.graph.index.isFlagged(at, FLAG.compactBoundary)) return at;
      seen.add(at);
    }
    return -1;
  }

  private ofBare(compaction: Compaction): Diagnosis[] {
    const lost = this.lostBefore(compaction.boundary);
    if (lost === 0) return [];
    const summaries = this.summariesOf(compaction);
    if (summaries.length === 0) return this.goesOn(compaction.boundary) ? [this.withoutSummary(compaction, lost)] : [];
    const poor = summaries.map((summary) => ({ summary, fault: faultOf(summary, compaction) }));
    if (poor.some(({ fault }) => fault === null)) return [];
    return poor.flatMap(({ summary, fault }) => (fault === null ? [] : this.withPoorSummary(compaction, summary, fault, lost)));
  }

  /** Summaries between a compaction and the next one. */
  private summariesOf({ boundary }: Compaction): Summary[] {
    const next = this.compactions.find((one) => one.boundary > boundary)?.boundary ?? Infinity;
    return this.graph.index.summaries.filter(
      ({ record }) => this.graph.isSeen(record) && (this.graph.parent[record] === boundary || (record > boundary && record < next)),
    );
  }

  /** Messages above a compaction that no resume loads. */
  private lostBefore(boundary: number): number {
    return this.lostBetween(-1, boundary);
  }

  private lostBetween(from: number, to: number): number {
    let lost = 0;
    for (let i = from + 1; i < to; i++) if (this.onChain[i] === 0 && this.graph.isVisible(i) && this.graph.isSeen(i)) lost++;
    return lost;
  }

  /** Whether messages follow that a resume loads. */
  private goesOn(boundary: number): boolean {
    return this.chain.records.some((record) => record > boundary && this.graph.isVisible(record));
  }

  private withoutSummary({ boundary, tip }: Compaction, lost: number): Diagnosis {
    const { index } = this.graph;
    const message =
      `The conversation was compacted here, and no summary was written: ${messages(lost)} before it are not loaded, and nothing ` +
      'stands for them. What was said since was answered without them.';
    return recordDiagnosis(index, boundary, { code: 'compaction-without-summary', severity: 'error', message }, [
      this.boundaryLeftOut(boundary, tip, true),
    ]);
  }

  private withPoorSummary({ boundary, tip }: Compaction, { record }: Summary, fault: Fault, lost: number): Diagnosis[] {
    const { index } = this.graph;
    const line = index.columns.line[record]!;
    const message =
      `The conversation was compacted here, and its summary (line ${line}) ${fault.text}: ${messages(lost)} before it are not loaded, ` +
      'and nothing stands for them.';
    const said = `This summary ${fault.text}. It is sent in place of the conversation that was compacted.`;
    const confidence = fault.isSure ? 'high' : 'medium';
    return [
      recordDiagnosis(index, boundary, { code: 'compaction-without-summary', severity: 'error', message }, [
        this.boundaryLeftOut(boundary, tip, fault.isSure),
      ]),
      recordDiagnosis(index, record, { code: 'summary-unusable', severity: 'warning', message: said }, [
        leftOut(index.uuidText(record), 0.9, confidence, 'It says nothing of the conversation; what follows continues what was before it.'),
      ]),
    ];
  }

  private boundaryLeftOut(boundary: number, tip: string | null, isSure: boolean): ScoredAction {
    const { index } = this.graph;
    const above = tipBefore(this.graph, boundary);
    const isNamed = tip !== null && above >= 0 && index.uuidText(above) === tip;
    const reason =
      `What follows then continues line ${index.columns.line[above]!}, ` +
      (isNamed ? 'which the compaction names as the end of the conversation before it.' : 'the last of the conversation before it.');
    return {
      ...leftOut(index.uuidText(boundary), 0.95, isSure && isNamed ? 'high' : 'medium', reason),
      reasons: [reason, 'The whole conversation is sent again; where it is too long for the model, the client compacts it anew.'],
    };
  }

  /** The first record behind the last compaction with a summary hangs above it: the summary is not sent. */
  private passedBy(): Diagnosis | null {
    const compaction = this.compactions.findLast(({ boundary }) => this.chain.records.some((record) => record > boundary));
    if (compaction === undefined) return null;
    const { boundary } = compaction;
    const summary = this.summariesOf(compaction).findLast((one) => faultOf(one, compaction) === null)?.record ?? -1;
    if (summary < 0 || this.onChain[summary] === 1) return null;
    const top = this.chain.records.find((record) => record > boundary) ?? -1;
    const parent = top < 0 ? ORPHAN : this.graph.parent[top]!;
    if (parent < 0 || parent >= boundary || top < summary || this.isAnswered(summary, top)) return null;
    return this.passing(compaction, summary, top);
  }

  /** Whether somebody talked below the summary: then who went back further left it on purpose. */
  private isAnswered(summary: number, top: number): boolean {
    const below = new Set([summary]);
    for (let i = summary + 1; i < top; i++) {
      if (!below.has(this.graph.parent[i]!)) continue;
      below.add(i);
      if (this.graph.isVisible(i) && (this.pairs.isPrompt(i) || this.graph.index.columns.kind[i] === KIND.assistant)) return true;
    }
    return false;
  }

  private passing({ boundary }: Compaction, summary: number, top: number): Diagnosis {
    const { index } = this.graph;
    const line = (record: number): number => index.columns.line[record]!;
    const lost = this.lostBefore(boundary);
    const old = this.chain.records.filter((record) => record < boundary && isMessage(index.columns.kind[record]!)).length;
    const loaded = old === 0 ? 'nothing of what was said before' : `${messages(old)} of the conversation before it`;
    const message =
      `The conversation was compacted (line ${line(boundary)}), but this record continues an older place: a resume loads ${loaded}, ` +
      `and not the summary (line ${line(summary)})${lost > 0 ? `; ${messages(lost)} are neither loaded nor summarised` : ''}.`;
    const uuid = index.uuidText(top);
    return recordDiagnosis(index, top, { code: 'summary-passed-by', severity: lost > 0 ? 'error' : 'warning', message }, [
      {
        action: { kind: 'reparent', uuid, parent: index.uuidText(summary) },
        score: 0.9,
        confidence: lost > 0 ? 'high' : 'medium',
        reasons: [
          `It then continues the summary, line ${line(summary)}, which stands for all that was said before.`,
          ...(old === 0 ? [] : [`The ${messages(old)} before the compaction that are loaded now are then left to the summary.`]),
        ],
      },
    ]);
  }
}

/** Why a summary is none. */
interface Fault {
  /** As it stands behind "the summary". */
  readonly text: string;
  readonly isSure: boolean;
}

/**
 * Real summaries have at least 1 character for 50 tokens of what they stand for. One that the client introduces is no summary with less
 * than a twentieth of that; where other programs wrote it, only a word or two is too little.
 */
const TOKENS_PER_CHARACTER = { introduced: 1000, bare: 10_000 } as const;
/** A summary of this length is one, however long the conversation was. */
const LONG_ENOUGH = 400;

function faultOf({ length, isIntroduced, isFailure }: Summary, { tokens }: Compaction): Fault | null {
  if (length === 0) return { text: 'is empty', isSure: true };
  if (isFailure) return { text: 'is the report of a failed request', isSure: true };
  const least = (tokens ?? 0) / (isIntroduced ? TOKENS_PER_CHARACTER.introduced : TOKENS_PER_CHARACTER.bare);
  if (length >= Math.min(least, LONG_ENOUGH)) return null;
  return { text: `has ${length} characters for ${(tokens ?? 0).toLocaleString('en')} tokens`, isSure: false };
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}
