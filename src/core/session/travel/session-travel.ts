import type { Repairs } from '../../graph/repairs.ts';
import type { SessionCopies } from '../copies/session-copies.ts';
import type { SessionGraph } from '../graph/session-graph.ts';
import type { SessionJudgement } from '../judgement/session-judgement.ts';
import type { SessionRecords } from '../records/session-records.ts';
import type { StateChanges } from '../state-changes.ts';
import type { SessionSync } from '../sync/session-sync.ts';
import type { SessionTrials } from '../trials/session-trials.ts';

/** Looks at a session with other repairs than those in force: at other positions of its log. */
export interface SessionTravel {
  /** The same file with these repairs. It does not follow the file, and ends with `dispose` or with the session that it is a view of. */
  at(repairs: Repairs): Promise<SessionView>;
  /** How this differs from the same session with these repairs. The rows of graphs show it until the session changes. */
  changesFrom(repairs: Repairs): Promise<StateChanges>;
}

/** A session with certain repairs laid over its file: what there is to look at, by role. */
export interface SessionView {
  readonly records: SessionRecords;
  readonly graph: SessionGraph;
  readonly judgement: SessionJudgement;
  readonly trials: SessionTrials;
  readonly copies: SessionCopies;
  readonly travel: SessionTravel;
  readonly sync: SessionSync;
  dispose(): Promise<void>;
}
