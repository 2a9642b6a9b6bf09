import type { ActionAnswer, ProtocolErrorCode } from '../../protocol/messages.ts';
import { fillIn } from '../../protocol/text-template.ts';
import type { HostStrings } from '../../protocol/host-strings.ts';
import type { Translations } from '../../protocol/messages.ts';
import { conflictText } from '../session/conflict-text.ts';
import type { RepairOutcome, SessionHandle } from '../session/handle.ts';
import type { GraphActions } from './actions.ts';
import type { GraphSession } from './graph-session.ts';

/** Why a request was not done. Answered to the page as it stands. */
export class RequestRefused extends Error {
  readonly code: ProtocolErrorCode;
  readonly remedy: string;

  constructor(code: ProtocolErrorCode, message: string, remedy = '') {
    super(message);
    this.name = 'RequestRefused';
    this.code = code;
    this.remedy = remedy;
  }
}

/** What the answers are made from. */
export interface RequestContext {
  readonly session: GraphSession;
  readonly actions: GraphActions;
  readonly strings: HostStrings;
  readonly translations: Translations;
  /** Name of what this page shows, its own. */
  readonly view: string;
  /** Closes the editor of this page. */
  close(): void;
}

/** Of the session that is open; refused while there is none. */
export function openHandle(context: RequestContext): SessionHandle {
  const { opening } = context.session;
  if (opening.kind === 'open') return opening.handle;
  if (opening.kind === 'failed') throw new RequestRefused('unavailable', opening.message, opening.remedy);
  throw new RequestRefused('unavailable', context.strings.notOpen);
}

/** What the user saw is no longer so. */
export function stale(context: RequestContext): RequestRefused {
  return new RequestRefused('stale', context.strings.stale, context.strings.staleRemedy);
}

/** What became of writing to the log, for the page. */
export async function loggedAnswer(context: RequestContext, outcome: RepairOutcome, done: string): Promise<ActionAnswer> {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'done', message: done };
    case 'conflict': {
      const theirs = await conflictText(openHandle(context).model.records, outcome.theirs);
      throw new RequestRefused('conflict', fillIn(context.strings.conflict, [theirs]), context.strings.conflictRemedy);
    }
    case 'failed':
      throw new RequestRefused('failed', outcome.message, outcome.remedy);
  }
}
