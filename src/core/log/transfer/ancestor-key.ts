import * as v from 'valibot';
import type { RepairEvent } from '../event.ts';

/** What an event of ours says that holds an imported one. */
export const ImportedSchema = v.object({
  imported: v.object({ event_id: v.string(), event_digest: v.string() }),
  lost_revert: v.optional(v.boolean()),
});

/** Which event of an imported log an event of ours holds; null for all others. */
export function importKey({ payload }: Pick<RepairEvent, 'payload'>): string | null {
  const parsed = v.safeParse(ImportedSchema, payload);
  if (!parsed.success) return null;
  return keyOf(parsed.output.imported.event_id, parsed.output.lost_revert === true);
}

/** @param isLostRevert whether the event takes one back that was marked as taken back, its revert being lost */
export function keyOf(eventId: string, isLostRevert: boolean): string {
  return isLostRevert ? `revert of ${eventId}` : eventId;
}
