import type { Repairs } from '../graph/repairs.ts';
import type { AnalysisPorts } from './ports.ts';
import type { Severities } from './severities.ts';
import { deriveState, type SessionState } from './state.ts';

/** What the roles of one session share: where its bytes are, and its state, which is replaced as a whole when something changes. */
export class CurrentSession {
  readonly ports: AnalysisPorts;
  state: SessionState;
  severities: Severities;

  constructor(ports: AnalysisPorts, state: SessionState, severities: Severities) {
    this.ports = ports;
    this.state = state;
    this.severities = severities;
  }

  /** The state of the same file with other repairs in force. */
  stateWith(repairs: Repairs): SessionState {
    const { file, elsewhere, sessionId, loaders } = this.state;
    return deriveState(file, repairs, elsewhere, sessionId, loaders, this.severities);
  }
}
