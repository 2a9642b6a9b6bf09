import type { Subject } from '../judge/judgement.ts';
import type { Loaders } from '../loaders/loader.ts';
import type { AnalysisPorts } from './ports.ts';
import type { Severities } from '../judge/severities.ts';
import { stateOf, type SessionState } from './state.ts';

/** What the roles of one session share: where its bytes are, and its state, which is replaced as a whole when something changes. */
export class CurrentSession {
  readonly ports: AnalysisPorts;
  state: SessionState;
  severities: Severities;
  /** Of which each state has the primary one that fits its file. */
  loaders: Loaders;

  constructor(ports: AnalysisPorts, state: SessionState, severities: Severities, loaders: Loaders) {
    this.ports = ports;
    this.state = state;
    this.severities = severities;
    this.loaders = loaders;
  }

  /** The state of the same session when something of it has changed: the file, the repairs in force, what was found elsewhere. */
  stateWith(changed: Partial<Subject>): SessionState {
    const { file, repairs, elsewhere, sessionId } = this.state;
    return stateOf({ file, repairs, elsewhere, sessionId, loaders: this.loaders, severities: this.severities, ...changed });
  }
}
