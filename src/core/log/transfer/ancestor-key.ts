import * as v from 'valibot';
import type { RepairEvent } from '../event.ts';

/** The payload of an event that contains an imported one. */
export const ImportedSchema = v.object({
  imported: v.object({ event_id: v.string(), event_digest: v.string() }),
  lost_revert: v.optional(v.boolean()),
});

/** Identifies the imported event that an event contains; null for all others. */
export function importKey({ payload }: Pick<RepairEvent, 'payload'>): string | null {
  const parsed = v.safeParse(ImportedSchema, payload);
  if (!parsed.success) return null;
  return keyOf(parsed.output.imported.event_id, parsed.output.lost_revert === true);
}

/** @param isLostRevert whether the event replaces the missing revert of an event that was marked as reverted */
export function keyOf(eventId: string, isLostRevert: boolean): string {
  return isLostRevert ? `revert of ${eventId}` : eventId;
}
