import type { Repairs } from '../../graph/repairs.ts';
import type { CurrentSession } from '../current-session.ts';
import { stateChanges, type StateChanges } from '../state-changes.ts';
import type { SessionState } from '../state.ts';
import type { SessionTravel, SessionView } from './session-travel.ts';

/** Looks at the current file with other repairs. */
export class AnalysedTravel implements SessionTravel {
  private readonly session: CurrentSession;
  private readonly viewOf: (state: SessionState) => SessionView;
  private readonly onCompared: (changes: StateChanges) => void;

  /**
   * @param viewOf makes a session of its own of a state
   * @param onCompared told how the current state differs
   */
  constructor(session: CurrentSession, viewOf: (state: SessionState) => SessionView, onCompared: (changes: StateChanges) => void) {
    this.session = session;
    this.viewOf = viewOf;
    this.onCompared = onCompared;
  }

  async at(repairs: Repairs): Promise<SessionView> {
    return Promise.resolve(this.viewOf(this.session.stateWith({ repairs })));
  }

  async changesFrom(repairs: Repairs): Promise<StateChanges> {
    const changes = stateChanges(this.session.stateWith({ repairs }), this.session.state);
    this.onCompared(changes);
    return Promise.resolve(changes);
  }
}
