import type { RepairEvent } from '../../core/log/event.ts';
import type { TranscriptFingerprint } from '../../core/transcript/fingerprint.ts';
import { OperationError } from '../operation.ts';

/** The transcript of a session, as much of it as events tell. */
export interface SessionFile {
  readonly records: { detail(uuid: string): Promise<{ readonly fileParentUuid: string | null } | null> };
  readonly sync: { fingerprint(): Promise<TranscriptFingerprint> };
}

/** What a session's file says, for events that are about it. */
export interface FileFacts {
  readonly transcript: TranscriptFingerprint;
  /** Per record its parent in the file. */
  readonly parents: ReadonlyMap<string, string | null>;
}

/**
 * Facts from the session's file; where that is gone, what the log knows of it.
 * @param file null where it is gone
 * @param events the whole log, by seq
 * @param messages records whose parents are wanted
 * @throws OperationError `nothing-logged` when there is neither
 */
export async function fileFacts(
  sessionId: string,
  file: SessionFile | null,
  events: readonly RepairEvent[],
  messages: readonly (string | null)[] = [],
): Promise<FileFacts> {
  const wanted = new Set(messages.filter((uuid) => uuid !== null));
  return file === null
    ? factsFromLog(sessionId, events, wanted)
    : { transcript: await file.sync.fingerprint(), parents: await parentsIn(file, wanted) };
}

async function parentsIn(file: SessionFile, wanted: ReadonlySet<string>): Promise<Map<string, string | null>> {
  const parents = new Map<string, string | null>();
  for (const uuid of wanted) {
    const record = await file.records.detail(uuid);
    if (record !== null) parents.set(uuid, record.fileParentUuid);
  }
  return parents;
}

function factsFromLog(sessionId: string, events: readonly RepairEvent[], wanted: ReadonlySet<string>): FileFacts {
  const last = events.at(-1);
  if (last === undefined) throw new OperationError('nothing-logged', `There is neither a file nor a log of ${sessionId}.`);
  const parents = new Map<string, string | null>();
  // The first event about a record names the parent that it had in the file.
  for (const event of events) {
    if (event.message_id !== null && wanted.has(event.message_id) && !parents.has(event.message_id)) {
      parents.set(event.message_id, event.old_parent_uuid);
    }
  }
  return { transcript: last.transcript, parents };
}
