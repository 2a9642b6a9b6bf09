import type { Loaders } from '../loaders/loader.ts';
import { LOADERS } from '../loaders/loaders.ts';
import { NO_REPAIRS, type Repairs } from '../graph/repairs.ts';
import { GrowingTranscript } from '../transcript/growing-transcript.ts';
import { AnalysedCopies } from './copies/analysed-copies.ts';
import { CurrentSession } from './current-session.ts';
import { AnalysedGraph } from './graph/analysed-graph.ts';
import { GraphViews } from './graph-views.ts';
import { AnalysedJudgement, type SearchElsewhere } from './judgement/analysed-judgement.ts';
import type { SessionModel } from './model.ts';
import type { AnalysisPorts } from './ports.ts';
import { AnalysedRecords } from './records/analysed-records.ts';
import { CORE_SEVERITIES } from '../judge/severities.ts';
import { EVERYWHERE, NEAR } from './siblings.ts';
import { stateOf, type SessionState } from './state.ts';
import { sessionIdOf } from './summary.ts';
import { AnalysedSync } from './sync/analysed-sync.ts';
import { AnalysedTravel } from './travel/analysed-travel.ts';
import type { SessionView } from './travel/session-travel.ts';
import { AnalysedTrials } from './trials/analysed-trials.ts';
import { AnalysedUpdates, searchForLost } from './updates/analysed-updates.ts';
import { inUtf8 } from '../transcript/utf16-source.ts';

/** One session, indexed and analysed in this thread. */
export class SessionAnalysis implements SessionModel {
  readonly records: SessionView['records'];
  readonly graph: AnalysedGraph;
  readonly judgement: SessionView['judgement'];
  readonly trials: SessionView['trials'];
  readonly copies: SessionView['copies'];
  readonly travel: SessionView['travel'];
  readonly sync: SessionView['sync'];
  readonly updates: AnalysedUpdates;

  private constructor(session: CurrentSession, updates: AnalysedUpdates) {
    const roles = rolesOf(session, {
      get isDone() {
        return updates.search.isDone;
      },
      run: () => updates.searchElsewhere(),
    });
    this.records = roles.records;
    this.graph = roles.graph;
    this.judgement = roles.judgement;
    this.trials = roles.trials;
    this.copies = roles.copies;
    this.travel = roles.travel;
    this.sync = roles.sync;
    this.updates = updates;
  }

  /**
   * Reads the transcript once; afterwards only the records that are shown are read.
   * Rejects when the source cannot be read; whatever its bytes are, they are no error.
   * @param loaders what the session is judged by; unless the user named the primary one, the file decides which it is
   * @param scope where lost records are looked for before this resolves; after `near`, `searchElsewhere` looks for the others
   */
  static async open(
    given: AnalysisPorts,
    repairs: Repairs = NO_REPAIRS,
    scope: 'near' | 'everywhere' = 'everywhere',
    loaders: Loaders = LOADERS,
  ): Promise<SessionAnalysis> {
    const ports = { ...given, source: await inUtf8(given.source) };
    const transcript = new GrowingTranscript(ports.source);
    const index = await transcript.read();
    const search = await searchForLost(index, ports);
    await search.run(scope === 'near' ? NEAR : EVERYWHERE);
    const state = stateOf({
      file: index,
      repairs,
      elsewhere: search.found,
      sessionId: sessionIdOf(index, ports.source.name),
      loaders,
      severities: CORE_SEVERITIES,
    });
    const session = new CurrentSession(ports, state, CORE_SEVERITIES, loaders);
    return new SessionAnalysis(session, new AnalysedUpdates(session, transcript, search));
  }

  async dispose(): Promise<void> {
    this.updates.end();
    return Promise.resolve();
  }
}

/** The roles that look at a session. */
function rolesOf(session: CurrentSession, elsewhere: SearchElsewhere): SessionView & { readonly graph: AnalysedGraph } {
  const views = new GraphViews();
  const graph = new AnalysedGraph(session, views);
  const judgement = new AnalysedJudgement(session, elsewhere);
  const viewOf = (state: SessionState): SessionView => {
    const { isDone } = elsewhere;
    return rolesOf(new CurrentSession(session.ports, state, session.severities, session.loaders), {
      isDone,
      run: () => Promise.resolve(false),
    });
  };
  return {
    records: new AnalysedRecords(session, (state, record) => views.messageOf(state, record)),
    graph,
    judgement,
    trials: new AnalysedTrials(session),
    copies: new AnalysedCopies(session),
    travel: new AnalysedTravel(session, viewOf, (changes) => graph.markChanges(changes)),
    sync: new AnalysedSync(session, () => judgement.summary()),
    dispose: () => Promise.resolve(),
  };
}
