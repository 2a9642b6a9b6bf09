import type { Finding } from '../../core/findings/finding.ts';
import type { SessionView } from '../../core/session/travel/session-travel.ts';
import type { ActionAnswer, AnswerOf, RequestOf, RequestType } from '../../protocol/messages.ts';
import type { SessionHandle } from '../session/handle.ts';
import type { ActionOutcome } from './actions.ts';
import { graphState } from './graph-session.ts';
import { answerMove, answerPlanMarked, answerPlanMove, answerRepairMarked } from './by-hand.ts';
import { recordHistory } from './history.ts';
import type { Travel } from './graph-session.ts';
import { offeredSuggestion, type Offered } from '../../operations/by-hand/offered-suggestion.ts';
import { offeredSuggestions } from './offers.ts';
import { loggedAnswer, openHandle, RequestRefused, stale, type RequestContext } from './request-context.ts';

type Answering<T extends RequestType> = (context: RequestContext, request: RequestOf<T>, signal: AbortSignal) => Promise<AnswerOf<T>>;

const ANSWERS: { readonly [T in RequestType]: Answering<T> } = {
  state: (context) => graphState(context.session, context.strings, context.translations),
  rows: answerRows,
  overview: answerOverview,
  record: (context, request, signal) => reading(context, signal).records.detail(request.uuid),
  arrange: (context, request) => openHandle(context).model.graph.arrange(context.view, request.choice),
  locate: (context, request, signal) => reading(context, signal).graph.locate(context.view, request.uuid),
  suggestions: (context, request, signal) => offeredSuggestions(reading(context, signal), request.findingId),
  history: (context, request) => recordHistory(openHandle(context), request.uuid),
  find: (context, { typed, from }, signal) => reading(context, signal).graph.find(context.view, typed, from),
  nextFound: (context, { from, direction }, signal) => reading(context, signal).graph.nextFound(context.view, from, direction),
  nextRecord: (context, { from, direction, search }, signal) =>
    reading(context, signal).graph.nextRecord(context.view, from, direction, search),
  ignore: answerIgnore,
  splitBranches: async (context, request) => {
    const finding = await findingOf(context, request.findingId);
    return outcomeAnswer(await context.actions.splitBranches(openHandle(context), finding));
  },
  preview: answerPreview,
  repair: answerRepair,
  repairAll: async (context) => outcomeAnswer(await context.actions.repairAll(openHandle(context))),
  planMarked: answerPlanMarked,
  repairMarked: answerRepairMarked,
  planMove: answerPlanMove,
  move: answerMove,
  revert: answerRevert,
  writeCopy: async (context) => outcomeAnswer(await context.actions.writeCopy(openHandle(context))),
  sync: async (context) => outcomeAnswer(await context.actions.sync(openHandle(context))),
  openText: async (context, request) => outcomeAnswer(await context.actions.openText(context.session.uri, request.line)),
  picture: (context, { uuid, at }) => openHandle(context).model.records.picture(uuid, at),
  openLink: async (context, { address }) => outcomeAnswer(await context.actions.openLink(address)),
  openAgent: async (context, { agent }) => outcomeAnswer(await context.actions.openAgent(openHandle(context), agent)),
  close: (context) => {
    context.close();
    return Promise.resolve({ kind: 'done', message: '' });
  },
  travel: async (context, request) => {
    await travelOf(context).travelTo(request.at, request.against);
    return { kind: 'done', message: '' };
  },
  ticks: (context, { around }) => Promise.resolve(travelOf(context).ticks(around)),
  changes: (context) => travelOf(context).changes(),
  reopen: async (context) => {
    await context.session.reopen();
    return { kind: 'done', message: '' };
  },
};

/** Answers one request. Rejects with RequestRefused for what the user can understand, with anything else for a defect. */
export function answerRequest<T extends RequestType>(
  context: RequestContext,
  request: RequestOf<T>,
  signal: AbortSignal,
): Promise<AnswerOf<T>> {
  const answer: Answering<T> = ANSWERS[request.type];
  if (CHANGING.has(request.type) && context.session.travel?.isAway === true) {
    const { inPast, inPastRemedy } = context.strings;
    return Promise.reject(new RequestRefused('in_past', inPast, inPastRemedy));
  }
  return answer(context, request, signal);
}

/** What is refused while a page looks at another position of the log: it would be done to the session as it is now. */
const CHANGING: ReadonlySet<RequestType> = new Set([
  'preview',
  'repair',
  'repairMarked',
  'move',
  'repairAll',
  'ignore',
  'splitBranches',
  'revert',
  'writeCopy',
  'sync',
]);

function travelOf(context: RequestContext): Travel {
  const { travel } = context.session;
  if (travel === undefined) throw new RequestRefused('unavailable', context.strings.notOpen);
  return travel;
}

/** The model for a request that changes nothing: what is asked of it is given up when nobody waits. */
function reading(context: RequestContext, signal: AbortSignal): SessionView {
  const { model } = openHandle(context);
  return model.until?.(signal) ?? model;
}

async function answerRows(context: RequestContext, request: RequestOf<'rows'>, signal: AbortSignal): Promise<AnswerOf<'rows'>> {
  // Read before the model is asked: rows that change meanwhile are then newer than they say, never older.
  const { revision } = context.session;
  const rows = await reading(context, signal).graph.rows(context.view, request.start, request.count);
  return { revision, start: request.start, rows };
}

async function answerOverview(context: RequestContext, request: RequestOf<'overview'>, signal: AbortSignal): Promise<AnswerOf<'overview'>> {
  const { revision } = context.session;
  const overview = await reading(context, signal).graph.overview(context.view, request.buckets);
  return {
    revision,
    rows: overview.rows,
    findings: Array.from(overview.findings),
    worst: Array.from(overview.worst),
    marks: Array.from(overview.marks),
  };
}

/** The suggestion the user saw, or a refusal when it is no longer what they saw. */
async function chosen(
  context: RequestContext,
  { findingId, fingerprint, index }: Pick<RequestOf<'preview'>, 'findingId' | 'fingerprint'> & { readonly index?: number },
): Promise<Offered> {
  const offered = await offeredSuggestion(openHandle(context).model.judgement, findingId, fingerprint, index ?? null);
  if (offered === null) throw stale(context);
  return offered;
}

async function answerPreview(context: RequestContext, { findingId, fingerprint }: RequestOf<'preview'>): Promise<ActionAnswer> {
  const handle = openHandle(context);
  const finding = await findingOf(context, findingId);
  const suggestion = fingerprint === null ? null : (await chosen(context, { findingId, fingerprint })).suggestion;
  return outcomeAnswer(await context.actions.preview(handle, finding, suggestion));
}

async function answerRepair(context: RequestContext, request: RequestOf<'repair'>, signal: AbortSignal): Promise<ActionAnswer> {
  const seen = await chosen(context, request);
  const reason = await context.actions.askReason({ kind: 'repair', ...seen });
  if (reason === undefined || signal.aborted) return { kind: 'cancelled' };
  // The question may have stood open while file or log changed.
  const { finding, suggestion } = await chosen(context, request);
  const outcome = await context.actions.repair(openHandle(context), finding, suggestion, reason);
  return loggedAnswer(context, outcome, context.strings.doneRepaired);
}

async function answerIgnore(context: RequestContext, request: RequestOf<'ignore'>): Promise<ActionAnswer> {
  const finding = await findingOf(context, request.findingId);
  return loggedAnswer(context, await context.actions.ignore(openHandle(context), finding), context.strings.doneIgnored);
}

async function findingOf(context: RequestContext, findingId: string): Promise<Finding> {
  const finding = (await openHandle(context).model.judgement.findings()).find(({ id }) => id === findingId);
  if (finding === undefined) throw stale(context);
  return finding;
}

async function answerRevert(context: RequestContext, request: RequestOf<'revert'>, signal: AbortSignal): Promise<ActionAnswer> {
  const inForce = (): ReturnType<typeof eventInForce> => eventInForce(context, request.eventId);
  const reason = await context.actions.askReason({ kind: 'revert', event: inForce() });
  if (reason === undefined || signal.aborted) return { kind: 'cancelled' };
  const event = inForce();
  const outcome = await context.actions.revert(openHandle(context), event.event_id, reason);
  return loggedAnswer(context, outcome, context.strings.doneReverted);
}

function eventInForce(context: RequestContext, eventId: string): SessionHandle['events'][number] {
  const handle = openHandle(context);
  const event = handle.events.find((candidate) => candidate.event_id === eventId);
  if (event === undefined || !handle.activeEventIds.has(eventId)) throw stale(context);
  return event;
}

function outcomeAnswer(outcome: ActionOutcome): ActionAnswer {
  if (outcome.kind === 'failed') throw new RequestRefused('failed', outcome.message, outcome.remedy);
  return outcome;
}
