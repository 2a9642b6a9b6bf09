import { ConversationGraph } from '../../graph/conversation-graph.ts';
import { NO_REPAIRS } from '../../graph/repairs.ts';
import { KIND } from '../../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../../transcript/transcript-index.ts';
import type { Growth } from '../growth.ts';
import type { JudgedGraph, Subject } from '../judgement.ts';

/** @returns besides what is kept the graph of the file alone: the same one where no repairs are in force */
export function judgeGraph({ file, repairs }: Subject): JudgedGraph & { readonly asItStands: ConversationGraph } {
  const asItStands = ConversationGraph.of(file);
  const graph = repairs === NO_REPAIRS ? asItStands : ConversationGraph.of(file, repairs);
  return { asItStands, graph, index: graph.index };
}

/** Grows by sound records whose uuids are new. */
export function growGraph({ before, grown: { file } }: Growth): JudgedGraph | null {
  if (!isPlainlyMore(before.file, file) || !haveNewNames(before.graph, file)) return null;
  return { graph: before.graph.grownTo(file), index: file };
}

/** Whether what was added are sound lines of the same client, none of them a compaction that keeps messages. */
function isPlainlyMore(before: TranscriptIndex, after: TranscriptIndex): boolean {
  return (
    after.problems.length === before.problems.length &&
    after.preserved.length === before.preserved.length &&
    // Results that a repair puts in are said to be of the last version.
    after.version === before.version &&
    // What wrote the records decides which loader is the primary one.
    after.writers.length === before.writers.length
  );
}

/** Whether no uuid of an added record stood anywhere before: as a parent that was missing, say. */
function haveNewNames(graph: ConversationGraph, { columns, count }: TranscriptIndex): boolean {
  for (let i = graph.index.count; i < count; i++) {
    if (columns.kind[i] !== KIND.meta && columns.uuid[i]! < graph.recordOfName.length) return false;
  }
  return true;
}
