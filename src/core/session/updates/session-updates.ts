import type { Repairs } from '../../graph/repairs.ts';
import type { Severities } from '../../judge/severities.ts';
import type { LoaderId } from '../../loaders/loader.ts';

/** Keeps a session up to date with its file, its log and the user's settings. All other roles answer as of the last update. */
export interface SessionUpdates {
  /** Lays the repairs in force over the file and recomputes graph and findings. */
  applyRepairs(repairs: Repairs): Promise<void>;
  /** Says how much findings of which code matter to the user; they change at once, here and in all that follows from them. */
  setSeverities(severities: Severities): Promise<void>;
  /** Says which program the user resumes with; figures and findings change at once. @param loader null: the file decides */
  setPrimaryLoader(loader: LoaderId | null): Promise<void>;
  /** Reads what was appended since; resolves to whether anything changed. */
  refresh(): Promise<boolean>;
}
