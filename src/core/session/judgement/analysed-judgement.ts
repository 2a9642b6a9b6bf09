import { actionsOf, type Finding, type Proposal, type Suggestion } from '../../findings/finding.ts';
import type { SessionSummary } from '../analysis-types.ts';
import type { CurrentSession } from '../current-session.ts';
import { proposalsOf, proposalsOfFinding } from '../proposals.ts';
import type { SessionState } from '../state.ts';
import { summaryOf } from '../summary.ts';
import { effectOf } from '../trials/simulation.ts';
import type { LoadedChains } from '../../judge/judgement.ts';
import type { SessionJudgement } from './session-judgement.ts';

/** The search for lost records in the other sessions of the project. */
export interface SearchElsewhere {
  /** Whether there is nothing left to look for, or nowhere. */
  readonly isDone: boolean;
  /** @returns whether anything was looked for */
  run(): Promise<boolean>;
}

/** Judges the current state. */
export class AnalysedJudgement implements SessionJudgement {
  private readonly session: CurrentSession;
  private readonly elsewhere: SearchElsewhere;

  constructor(session: CurrentSession, elsewhere: SearchElsewhere) {
    this.session = session;
    this.elsewhere = elsewhere;
  }

  async summary(): Promise<SessionSummary> {
    const { state, ports } = this.session;
    return Promise.resolve(summaryOf(state, ports.source.name, !this.elsewhere.isDone));
  }

  async findings(): Promise<readonly Finding[]> {
    return Promise.resolve(this.session.state.findings);
  }

  async suggestions(findingId: string): Promise<readonly Suggestion[]> {
    const { state } = this.session;
    return Promise.resolve(proposalsOfFinding(state, findingId).map((proposed) => simulated(state, findingId, proposed)));
  }

  async proposals(): Promise<ReadonlyMap<string, readonly Proposal[]>> {
    return Promise.resolve(proposalsOf(this.session.state));
  }

  async loadedChains(): Promise<LoadedChains> {
    return Promise.resolve(this.session.state.loaded());
  }

  async searchElsewhere(): Promise<boolean> {
    return this.elsewhere.run();
  }
}

/** A proposal with its effect by itself, and together with the repairs that are planned for the other findings. */
function simulated(state: SessionState, findingId: string, proposed: Proposal): Suggestion {
  const others = state.plan.filter(({ finding }) => finding.id !== findingId).flatMap(({ chosen }) => actionsOf(chosen));
  return {
    ...proposed,
    effect: effectOf(state, actionsOf(proposed)),
    afterAll: effectOf(state, [...others, ...actionsOf(proposed)]).after,
  };
}
