import type { Finding, Proposal, Suggestion } from '../../findings/finding.ts';
import type { LoadedChains } from '../../judge/judgement.ts';
import type { SessionSummary } from '../analysis-types.ts';

/** Says what is wrong with a session, what a resume of it loads, and what could be done. */
export interface SessionJudgement {
  summary(): Promise<SessionSummary>;
  /** Most severe first, then by line. */
  findings(): Promise<readonly Finding[]>;
  /** Simulated and ranked, best first; empty when the finding is gone or cannot be repaired. */
  suggestions(findingId: string): Promise<readonly Suggestion[]>;
  /** Suggestions for all findings at once, by finding id, best first, without their simulation. */
  proposals(): Promise<ReadonlyMap<string, readonly Proposal[]>>;
  /** The messages that a resume loads. */
  loadedChains(): Promise<LoadedChains>;
  /**
   * Looks for lost records in the other sessions of the project. A session that is opened to be shown looks only near by at first;
   * until this was done its summary says that it is still to come. Of a session at another position of its log: nothing is looked for.
   * @returns whether anything was looked for: suggestions may be better now
   */
  searchElsewhere(): Promise<boolean>;
}
