import { describe, expect, it } from 'vitest';
import { revertEffect } from '../../../src/core/log/drafts.ts';
import type { RepairEvent } from '../../../src/core/log/event.ts';

describe('the parent before and after a revert', () => {
  const event = (seq: number, parent: string, reverts: string | null = null): RepairEvent =>
    ({
      event_id: `e${seq}`,
      seq,
      event_type: reverts === null ? 'parent_repaired' : 'reverted',
      message_id: 'm',
      new_parent_uuid: parent,
      validation_passed: true,
      reverts_event_id: reverts,
      event_digest: `d${seq}`,
    }) as RepairEvent;
  const [a, b] = [event(1, 'A'), event(2, 'B')];

  it('falls back to the repair before, and to the file', () => {
    expect(revertEffect([a, b], b, 'file')).toEqual({ before: 'B', after: 'A' });
    expect(revertEffect([a, b], a, 'file')).toEqual({ before: 'B', after: 'B' });
    expect(revertEffect([a], a, 'file')).toEqual({ before: 'A', after: 'file' });
  });

  it('brings a repair back when its revert is reverted', () => {
    const revert = event(2, '', 'e1');
    expect(revertEffect([a, revert], revert, null)).toEqual({ before: null, after: 'A' });
  });
});
