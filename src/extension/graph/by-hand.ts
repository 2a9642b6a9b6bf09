import { actionTitle } from '../../core/repair/action-text.ts';
import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import type { TriedMove } from '../../core/session/trials/session-trials.ts';
import type { ProposedRepair } from '../../core/session/analysis-types.ts';
import type { ActionAnswer, MarkedPlan, MovePlan, RequestOf } from '../../protocol/messages.ts';
import { fillIn } from '../../protocol/text-template.ts';
import { recordRef } from './record-ref.ts';
import { loggedAnswer, openHandle, stale, type RequestContext } from './request-context.ts';

/** What the user chose by marks: the plan's repair of each marked record that has one, and all of them simulated together. */
interface Marked {
  readonly repairs: readonly ProposedRepair[];
  readonly effect: ResumeEffect;
  readonly fingerprint: string;
}

async function markedRepairs(context: RequestContext, uuids: readonly string[]): Promise<Marked> {
  const { model } = openHandle(context);
  const wanted = new Set(uuids);
  const { repairs: all } = await model.trials.plan('low');
  const repairs = all.filter(({ finding }) => finding.uuid !== null && wanted.has(finding.uuid));
  const effect = await model.trials.simulate(repairs.map(({ suggestion }) => suggestion.action));
  return {
    repairs,
    effect,
    fingerprint: await digest([repairs.map(({ finding, suggestion }) => [finding.id, suggestion.action]), effect]),
  };
}

/** What the marked repairs would bring together. */
export async function planMarked(context: RequestContext, { uuids }: RequestOf<'planMarked'>): Promise<MarkedPlan> {
  const { repairs, effect, fingerprint } = await markedRepairs(context, uuids);
  const repaired = new Set(repairs.map(({ finding }) => finding.uuid));
  return {
    repairs: repairs.map(({ finding, suggestion }) => ({
      title: actionTitle(suggestion.action, suggestion.newParentLine),
      line: finding.line,
      confidence: suggestion.confidence,
    })),
    without: uuids.filter((uuid) => !repaired.has(uuid)).length,
    effect,
    fingerprint,
  };
}

/** Makes them, unless they are no longer what the user was told. */
export async function repairMarked(
  context: RequestContext,
  request: RequestOf<'repairMarked'>,
  signal: AbortSignal,
): Promise<ActionAnswer> {
  const { repairs, effect, fingerprint } = await markedRepairs(context, request.uuids);
  if (fingerprint !== request.fingerprint || repairs.length === 0) throw stale(context);
  const { done, stopped } = await openHandle(context).repairAll(repairs, effect, { signal });
  const message = fillIn(context.strings.doneMarked, [done.length, repairs.length]);
  return stopped === null ? { kind: 'done', message } : loggedAnswer(context, stopped, message);
}

/** What a move by hand would bring. */
export async function planMove(context: RequestContext, { uuid, parent }: RequestOf<'planMove'>): Promise<MovePlan> {
  const { model } = openHandle(context);
  const tried = await model.trials.tryMove(uuid, parent);
  if (tried.kind === 'refused') return tried;
  const [record, target] = await Promise.all([recordRef(model.records, uuid), recordRef(model.records, parent)]);
  return { kind: 'possible', record, parent: target, effect: tried.effect, fingerprint: await moveFingerprint(tried) };
}

/** Does it, unless it is no longer what the user was told. */
export async function move(context: RequestContext, request: RequestOf<'move'>, signal: AbortSignal): Promise<ActionAnswer> {
  const seen = await triedAgain(context, request);
  const reason = await context.actions.askReason({ kind: 'repair', finding: seen.finding, suggestion: simulated(seen) });
  if (reason === undefined || signal.aborted) return { kind: 'cancelled' };
  // The question may have stood open while file or log changed.
  const tried = await triedAgain(context, request);
  const outcome = await context.actions.repair(openHandle(context), tried.finding, simulated(tried), reason);
  return loggedAnswer(context, outcome, context.strings.doneRepaired);
}

type PossibleMove = Extract<TriedMove, { kind: 'possible' }>;

async function triedAgain(context: RequestContext, request: RequestOf<'move'>): Promise<PossibleMove> {
  const tried = await openHandle(context).model.trials.tryMove(request.uuid, request.parent);
  if (tried.kind === 'refused' || (await moveFingerprint(tried)) !== request.fingerprint) throw stale(context);
  return tried;
}

function simulated({ proposal, effect }: PossibleMove) {
  return { ...proposal, effect, afterAll: effect.after };
}

function moveFingerprint({ finding, proposal, effect }: PossibleMove): Promise<string> {
  return digest([finding.id, proposal.action, effect]);
}

/** Short, however much was decided upon. */
async function digest(decided: unknown): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(decided)));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
