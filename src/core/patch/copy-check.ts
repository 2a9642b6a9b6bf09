import { ConversationGraph } from '../graph/conversation-graph.ts';
import { LEFT_OUT } from '../graph/hidden-records.ts';
import { countBlocks, loadedBy, missingFrom } from '../loaders/loaded-blocks.ts';
import { nameOf, type Loader, type Loaders } from '../loaders/loader.ts';
import type { CopyCheck, LoaderCheck } from './copy-losses.ts';
import { readTranscript } from '../transcript/read-transcript.ts';
import type { ByteSource } from '../transcript/source.ts';

/**
 * Runs the models on the bytes of a written copy, times and places that were made new included.
 * @param found the graph of the file as it was
 * @param planned with all repairs that the copy has
 */
export async function checkCopy(
  copy: ByteSource,
  { list, primary }: Loaders,
  found: ConversationGraph,
  planned: ConversationGraph,
): Promise<CopyCheck> {
  const written = ConversationGraph.of(await readTranscript(copy, planned.index.format));
  const ordered = [...list].sort((a, b) => Number(b.id === primary) - Number(a.id === primary));
  return ordered.map((loader) => checkBy(loader, found, planned, written));
}

function checkBy(loader: Loader, found: ConversationGraph, planned: ConversationGraph, written: ConversationGraph): LoaderCheck {
  const before = loadedBy(loader, found);
  const predicted = loadedBy(loader, planned);
  const after = loadedBy(loader, written);
  // Who chose an end was told what lies beside it.
  const isAnnounced = planned.chosenLeaf >= 0 ? () => true : leftOutOf(planned);
  return {
    loader: nameOf(loader),
    loads: after.messages,
    isAsPredicted: missingFrom(predicted, after).length === 0 && missingFrom(after, predicted).length === 0,
    loadsLess: countBlocks(after) < countBlocks(before),
    missing: missingFrom(before, after).filter((uuid) => !isAnnounced(uuid)).length,
    isMostUnread: unread(found) - unread(written) > found.index.count,
    refusals: after.refusals.map(({ sentence }) => sentence),
    isNewlyRefused: before.refusals.length === 0 && after.refusals.length > 0,
  };
}

/** Lines of which nothing can be read. */
function unread({ index }: ConversationGraph): number {
  const problems = index.problems.filter(({ kind }) => kind === 'unreadable');
  return problems.reduce((sum, { line, lastLine }) => sum + lastLine - line + 1, 0);
}

/** Whether a repair leaves out the record of this uuid. */
function leftOutOf({ index, hidden }: ConversationGraph): (uuid: string) => boolean {
  const uuids = new Set<string>();
  for (let i = 0; i < index.count; i++) if (hidden[i] === LEFT_OUT && index.columns.uuid[i]! >= 0) uuids.add(index.uuidText(i));
  return (uuid) => uuids.has(uuid);
}
