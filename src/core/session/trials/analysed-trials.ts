import { actionsOf, isAtLeast, type Confidence } from '../../findings/finding.ts';
import type { ResumeEffect } from '../../loaders/resume-figures.ts';
import type { RepairAction } from '../../graph/repairs.ts';
import type { RepairPlan } from '../analysis-types.ts';
import type { CurrentSession } from '../current-session.ts';
import { endPlaces, tryEnd, type TriedEnd } from '../ends.ts';
import { proposedRepairs } from '../proposals.ts';
import { rowsOfRecords } from '../rows.ts';
import { tryMove } from '../try-move.ts';
import type { SessionEnd, SessionTrials, TriedMove } from './session-trials.ts';
import { effectOf, repairedWith } from './simulation.ts';

/** Tries repairs on the current state. */
export class AnalysedTrials implements SessionTrials {
  private readonly session: CurrentSession;

  constructor(session: CurrentSession) {
    this.session = session;
  }

  async plan(minimum: Confidence): Promise<RepairPlan> {
    const { state } = this.session;
    const repairs = proposedRepairs(state).filter(({ suggestion }) => isAtLeast(suggestion.confidence, minimum));
    const effect = effectOf(
      state,
      repairs.flatMap(({ suggestion }) => actionsOf(suggestion)),
    );
    return Promise.resolve({ repairs, effect });
  }

  async simulate(actions: readonly RepairAction[]): Promise<ResumeEffect> {
    return Promise.resolve(effectOf(this.session.state, actions));
  }

  async tryMove(uuid: string, parent: string): Promise<TriedMove> {
    const { state } = this.session;
    return Promise.resolve(tryMove(state, uuid, parent, (action) => effectOf(state, [action])));
  }

  async tryEnd(uuid: string): Promise<TriedEnd> {
    return Promise.resolve(tryEnd(this.session.state, uuid));
  }

  async ends(): Promise<readonly SessionEnd[]> {
    const { state, ports } = this.session;
    const places = endPlaces(state);
    const last = repairedWith(state, []).chain.visible.at(-1);
    const rowsOf = async (records: readonly number[]): ReturnType<typeof rowsOfRecords> => rowsOfRecords(ports.source, state, records);
    const rows = await rowsOf(places.map(({ record }) => record));
    const prompted = places.filter(({ prompt }) => prompt >= 0);
    const prompts = new Map((await rowsOf(prompted.map(({ prompt }) => prompt))).map((row, i) => [prompted[i]!.record, row]));
    return places.map(({ record, kind }, i) => {
      const row = rows[i]!;
      const tried = tryEnd(state, row.uuid);
      const loads = tried.kind === 'possible' ? tried.effect.after : state.resume.withRepairs;
      return { kind, row, prompt: prompts.get(record) ?? null, isCurrent: record === last, loads };
    });
  }
}
