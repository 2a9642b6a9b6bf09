import type { RepairEvent } from '../../core/log/event.ts';
import { headMismatch, type KeptHead } from '../../core/log/verify/heads.ts';

/** What a log does not say any more that it said before; null when it still says it. */
export function headWarning(head: KeptHead, events: readonly RepairEvent[]): string | null {
  const end = events.at(-1)?.seq ?? 0;
  switch (headMismatch(head, events)) {
    case null:
      return null;
    case 'shorter':
      return `The repair log of this session has lost its end: it ${end === 0 ? 'is empty' : `ends at event ${end}`}, but this computer has seen event ${head.seq}.`;
    case 'other':
      return `The repair log of this session was changed: event ${head.seq} is not the one that this computer has seen.`;
  }
}
