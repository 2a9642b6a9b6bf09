import type { RepairEvent } from '../core/log/event.ts';
import type { TranscriptFingerprint } from '../core/transcript/fingerprint.ts';
import { CliFailure } from './failure.ts';
import type { LogSubject } from './log-subject.ts';
import { openSession } from './open-session.ts';
import { visible } from './text.ts';

/** What a session's file says, for events that are about it. */
export interface SessionFacts {
  readonly transcript: TranscriptFingerprint;
  /** Per record its parent in the file. */
  readonly parents: ReadonlyMap<string, string | null>;
}

/**
 * Facts from the session's file; where that is gone, what the log knows of it.
 * @param messages records whose parents are wanted
 * @throws CliFailure when there is neither
 */
export async function sessionFacts(
  { sessionId, path }: LogSubject,
  events: readonly RepairEvent[],
  messages: readonly (string | null)[],
): Promise<SessionFacts> {
  const wanted = new Set(messages.filter((uuid) => uuid !== null));
  const parents = new Map<string, string | null>();
  if (path !== null) {
    const session = await openSession(path);
    for (const uuid of wanted) {
      const record = await session.record(uuid);
      if (record !== null) parents.set(uuid, record.fileParentUuid);
    }
    return { transcript: await session.fingerprint(), parents };
  }
  const last = events.at(-1);
  if (last === undefined) throw new CliFailure(`There is neither a file nor a log of ${visible(sessionId)}.`);
  // The first event about a record names the parent that it had in the file.
  for (const event of events) {
    if (event.message_id !== null && wanted.has(event.message_id) && !parents.has(event.message_id)) {
      parents.set(event.message_id, event.old_parent_uuid);
    }
  }
  return { transcript: last.transcript, parents };
}
