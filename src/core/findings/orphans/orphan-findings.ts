import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { describeOrphan } from './describe-orphan.ts';
import type { Diagnosis, Finding, FindingCode, Severity } from '../finding.ts';
import { findCycles } from '../cycles.ts';
import { findUnlinkedParents, withoutParents, withoutSecondParents } from '../identity.ts';
import { findOrphans, type Elsewhere, type Orphan } from './orphans.ts';

/**
 * Records whose parent is nowhere, leads back to themselves or is one that no loader links. Where to hang them is searched for
 * only when somebody asks.
 * @param repairedChain 1 for records a resume would load after all repairs: an orphan on it cuts the session in two
 */
export function findBrokenLinks(graph: ConversationGraph, elsewhere: Elsewhere, repairedChain: Uint8Array): Diagnosis[] {
  const unlinked = findUnlinkedParents(graph);
  const findings = [
    ...findOrphans(graph, elsewhere).flatMap((orphan) => orphanFinding(graph, orphan, elsewhere, repairedChain[orphan.record] === 1)),
    ...findCycles(withoutParents(withoutSecondParents(graph), unlinked)).map((record) => cycleFinding(graph, record)),
    ...unlinked.map((record) => unlinkedFinding(graph, record, repairedChain[record] === 1)),
  ];
  return findings.map((finding) => ({ finding, actions: [] }));
}

function orphanFinding(graph: ConversationGraph, orphan: Orphan, elsewhere: Elsewhere, cutsOff: boolean): Finding[] {
  if (orphan.cause === 'elsewhere') return [];
  const { index } = graph;
  const uuid = index.uuidText(orphan.record);
  const code = orphanCode(graph, orphan, elsewhere);
  // What no resume loads, with or without what stands in front of it, needs nothing.
  const isParted = orphan.cause === 'other-session' && cutsOff;
  return [
    {
      id: `${code}:${uuid}`,
      code,
      severity: severityOf(orphan, isParted, cutsOff),
      line: index.columns.line[orphan.record]!,
      uuid,
      parentUuid: index.names.text(orphan.missing),
      message: describeOrphan(graph, orphan, elsewhere, cutsOff),
      repairable: orphan.cause === 'lost' || isParted,
    },
  ];
}

function severityOf({ cause }: Orphan, isParted: boolean, cutsOff: boolean): Severity {
  if (isParted) return 'error';
  if (cause !== 'lost') return 'info';
  return cutsOff ? 'error' : 'warning';
}

function orphanCode(graph: ConversationGraph, orphan: Orphan, elsewhere: Elsewhere): FindingCode {
  if (orphan.cause === 'sliced') return 'session-sliced';
  if (orphan.cause === 'other-session') return 'parent-in-other-session';
  if (orphan.cause === 'hook-at-compaction') return 'hook-record-dangling';
  return elsewhere.has(graph.index.names.text(orphan.missing)) ? 'orphan-record-elsewhere' : 'orphan-parent-missing';
}

function cycleFinding(graph: ConversationGraph, record: number): Finding {
  return linkFinding(
    graph,
    record,
    'parent-cycle',
    true,
    'The parents of this record lead back to itself: nothing before it can be reached.',
  );
}

function unlinkedFinding(graph: ConversationGraph, record: number, cutsOff: boolean): Finding {
  const { index } = graph;
  const parent = graph.parent[record]!;
  const type = index.words.text(index.columns.type[parent]!);
  const effect = cutsOff ? 'A resume stops here: everything before it is out of reach.' : 'It does not change what a resume loads.';
  const message = `This record continues a record of the type ${type}, whose uuid can stand for several records and which no client of today links. ${effect}`;
  return linkFinding(graph, record, 'uuid-reused', cutsOff, message);
}

function linkFinding(graph: ConversationGraph, record: number, code: FindingCode, cutsOff: boolean, message: string): Finding {
  const { index } = graph;
  const uuid = index.uuidText(record);
  return {
    id: `${code}:${uuid}`,
    code,
    severity: cutsOff ? 'error' : 'warning',
    line: index.columns.line[record]!,
    uuid,
    parentUuid: index.names.text(index.columns.parent[record]!),
    message,
    repairable: true,
  };
}
