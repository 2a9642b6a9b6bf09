import { detectFindings } from '../findings/detect.ts';
import type { Finding } from '../findings/finding.ts';
import type { Elsewhere } from '../findings/orphans.ts';
import { ConversationGraph } from '../graph/conversation-graph.ts';
import { LaneLayout } from '../graph/lanes.ts';
import { compactionFigures, type CompactionFigures } from '../graph/compaction.ts';
import { countMessages, resumeChain } from '../graph/resume.ts';
import { overridesOf, planLinks, type PlannedLink } from '../repair/plan.ts';
import { ToolPairs } from '../repair/tool-pairs.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { ParentOverrides, ResumeFigures } from './analysis-types.ts';

/** All that follows from a transcript and the repairs in force. Made anew when either changes. */
export interface SessionState {
  readonly index: TranscriptIndex;
  readonly overrides: ParentOverrides;
  readonly elsewhere: Elsewhere;
  /** With the repairs in force. */
  readonly graph: ConversationGraph;
  readonly pairs: ToolPairs;
  /** The best link for each broken record, of any confidence. */
  readonly links: readonly PlannedLink[];
  readonly resume: ResumeFigures;
  readonly compaction: CompactionFigures;
  /** Records of the messages a resume loads: of the file as it stands, and after all high-confidence repairs. */
  readonly chainNow: readonly number[];
  readonly chainRepaired: readonly number[];
  /** 1 for records on the chain with the repairs in force. */
  readonly onChain: Uint8Array;
  readonly findings: readonly Finding[];
  readonly findingsOfRecord: ReadonlyMap<number, readonly Finding[]>;
  /** Records shown as rows, and the row of each record (-1). */
  readonly rows: Uint32Array;
  readonly rowOfRecord: Int32Array;
  readonly lanes: LaneLayout;
}

/** @param elsewhere records of sibling files that this transcript names as parents */
export function deriveState(index: TranscriptIndex, overrides: ParentOverrides, elsewhere: Elsewhere): SessionState {
  const file = ConversationGraph.of(index);
  const graph = file.withOverrides(overrides);
  const pairs = new ToolPairs(index);
  const links = planLinks(graph, pairs, elsewhere, 'low');
  const sure = links.filter((link) => link.candidate.confidence === 'high');
  const now = resumeChain(file, { withRecovered: false });
  const inForce = resumeChain(graph, { withRecovered: true });
  const repaired = resumeChain(graph.withOverrides(overridesOf(index, sure)), { withRecovered: true });
  const best = resumeChain(graph.withOverrides(overridesOf(index, links)), { withRecovered: true });
  const onChain = marked(index.count, inForce.records);
  const findings = detectFindings(graph, elsewhere, marked(index.count, best.records));
  const rows = index.graphRecords();
  const rowOfRecord = new Int32Array(index.count).fill(-1);
  rows.forEach((record, row) => (rowOfRecord[record] = row));
  return {
    index,
    overrides,
    elsewhere,
    graph,
    pairs,
    links,
    resume: {
      now: now.visible.length,
      withRepairs: inForce.visible.length,
      repaired: repaired.visible.length,
      total: countMessages(graph),
    },
    compaction: compactionFigures(graph, repaired, [now, inForce]),
    chainNow: now.visible,
    chainRepaired: repaired.visible,
    onChain,
    findings,
    findingsOfRecord: byRecord(graph, findings),
    rows,
    rowOfRecord,
    lanes: new LaneLayout(graph, rows, rowOfRecord, onChain),
  };
}

function marked(count: number, records: readonly number[]): Uint8Array {
  const marks = new Uint8Array(count);
  for (const record of records) marks[record] = 1;
  return marks;
}

function byRecord(graph: ConversationGraph, findings: readonly Finding[]): Map<number, Finding[]> {
  const map = new Map<number, Finding[]>();
  for (const finding of findings) {
    const record = finding.uuid === null ? -1 : graph.recordNamed(finding.uuid);
    if (record < 0) continue;
    const list = map.get(record);
    if (list === undefined) map.set(record, [finding]);
    else list.push(finding);
  }
  return map;
}
