import { repairTitle } from '../../core/repair/action-text.ts';
import type { Offered } from '../../operations/by-hand/offered-suggestion.ts';
import { agreedMarked, planMarked } from '../../operations/by-hand/plan-marked.ts';
import { agreedMove, planMove } from '../../operations/by-hand/plan-move.ts';
import type { ActionAnswer, MarkedPlan, MovePlan, RequestOf } from '../../protocol/messages.ts';
import { fillIn } from '../../protocol/text-template.ts';
import { recordRef } from './record-ref.ts';
import { loggedAnswer, openHandle, stale, type RequestContext } from './request-context.ts';

/** What the marked repairs would bring together. */
export async function answerPlanMarked(context: RequestContext, { uuids }: RequestOf<'planMarked'>): Promise<MarkedPlan> {
  const { repairs, ...plan } = await planMarked(openHandle(context).model.trials, uuids);
  const told = repairs.map(({ finding, suggestion }) => ({
    title: repairTitle(suggestion, suggestion.newParentLine),
    line: finding.line,
    confidence: suggestion.confidence,
  }));
  return { repairs: told, ...plan };
}

/** Makes them, unless they are no longer what the user was told. */
export async function answerRepairMarked(
  context: RequestContext,
  { uuids, fingerprint }: RequestOf<'repairMarked'>,
  signal: AbortSignal,
): Promise<ActionAnswer> {
  const marked = await agreedMarked(openHandle(context).model.trials, uuids, fingerprint);
  if (marked === null) throw stale(context);
  const { done, stopped } = await openHandle(context).repairAll(marked.repairs, marked.effect, { signal });
  const message = fillIn(context.strings.doneMarked, [done.length, marked.repairs.length]);
  return stopped === null ? { kind: 'done', message } : loggedAnswer(context, stopped, message);
}

/** What a move by hand would bring. */
export async function answerPlanMove(context: RequestContext, { uuid, parent }: RequestOf<'planMove'>): Promise<MovePlan> {
  const { model } = openHandle(context);
  const move = await planMove(model.trials, uuid, parent);
  if (move.kind === 'refused') return move;
  const { effect, fingerprint } = move;
  const [record, target] = await Promise.all([recordRef(model.records, uuid), recordRef(model.records, parent)]);
  return { kind: 'possible', record, parent: target, effect, fingerprint };
}

/** Does it, unless it is no longer what the user was told. */
export async function answerMove(context: RequestContext, request: RequestOf<'move'>, signal: AbortSignal): Promise<ActionAnswer> {
  const seen = await stillAgreed(context, request);
  const reason = await context.actions.askReason({ kind: 'repair', ...seen });
  if (reason === undefined || signal.aborted) return { kind: 'cancelled' };
  // The question may have stood open while file or log changed.
  const { finding, suggestion } = await stillAgreed(context, request);
  const outcome = await context.actions.repair(openHandle(context), finding, suggestion, reason);
  return loggedAnswer(context, outcome, context.strings.doneRepaired);
}

async function stillAgreed(context: RequestContext, request: RequestOf<'move'>): Promise<Offered> {
  const offered = await agreedMove(openHandle(context).model.trials, request);
  if (offered === null) throw stale(context);
  return offered;
}
