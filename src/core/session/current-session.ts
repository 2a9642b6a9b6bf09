import type { Subject } from '../judge/judgement.ts';
import type { AnalysisPorts } from './ports.ts';
import type { Severities } from '../judge/severities.ts';
import { stateOf, type SessionState } from './state.ts';

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

  /** The state of the same session when something of it has changed: the file, the repairs in force, what was found elsewhere. */
  stateWith(changed: Partial<Subject>): SessionState {
    const { file, repairs, elsewhere, sessionId, loaders } = this.state;
    return stateOf({ file, repairs, elsewhere, sessionId, loaders, severities: this.severities, ...changed });
  }
}
