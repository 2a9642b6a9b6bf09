import { isNoSession } from '../../findings/detect.ts';
import { findOrphans } from '../../findings/orphans/orphans.ts';
import { ConversationGraph } from '../../graph/conversation-graph.ts';
import type { Repairs } from '../../graph/repairs.ts';
import type { GrowingTranscript } from '../../transcript/growing-transcript.ts';
import { withPrimary, type LoaderId, type Loaders } from '../../loaders/loader.ts';
import type { TranscriptIndex } from '../../transcript/transcript-index.ts';
import type { CurrentSession } from '../current-session.ts';
import type { Severities } from '../../judge/severities.ts';
import type { AnalysisPorts } from '../ports.ts';
import { EVERYWHERE, lostSearch, NEAR, type LostSearch } from '../siblings.ts';
import { grownState } from '../state.ts';
import type { SessionUpdates } from './session-updates.ts';

/** Replaces the current state by the next one. */
export class AnalysedUpdates implements SessionUpdates {
  private readonly session: CurrentSession;
  private readonly transcript: GrowingTranscript;
  /** As they were given: the user may name another primary one. */
  private readonly known: Loaders;
  /** For the records that this session has lost, in other files. */
  private lost: LostSearch;
  private searching: Promise<boolean> | null = null;
  private isEnded = false;

  /** @param lost the search for the lost records of what was read of the transcript */
  constructor(session: CurrentSession, transcript: GrowingTranscript, lost: LostSearch) {
    this.session = session;
    this.transcript = transcript;
    this.known = session.loaders;
    this.lost = lost;
  }

  /** The search for lost records as it is now; another one takes its place when the file has lost others. */
  get search(): LostSearch {
    return this.lost;
  }

  async applyRepairs(repairs: Repairs): Promise<void> {
    this.session.state = this.session.stateWith({ repairs });
    return Promise.resolve();
  }

  async setSeverities(severities: Severities): Promise<void> {
    this.session.severities = severities;
    return this.applyRepairs(this.session.state.repairs);
  }

  async setPrimaryLoader(loader: LoaderId | null): Promise<void> {
    this.session.loaders = withPrimary(this.known, loader);
    return this.applyRepairs(this.session.state.repairs);
  }

  /** Looks for lost records in all other sessions. @returns whether anything was looked for */
  async searchElsewhere(): Promise<boolean> {
    return (this.searching ??= this.searchOthers().finally(() => (this.searching = null)));
  }

  async refresh(): Promise<boolean> {
    const { session } = this;
    const size = await session.ports.source.size();
    const index = await this.transcript.read();
    const { file } = session.state;
    const same = size === file.bytes && index.count === file.count && index.lines === file.lines;
    // What is looked for elsewhere follows from what is lost: the same as before.
    const isSearched = this.lost.found.size === session.state.elsewhere.size;
    const next = isSearched && this.transcript.hasGrown(file, index) ? grownState(session.state, index) : null;
    if (next !== null) {
      session.state = next;
      return true;
    }
    const lost = lostIn(index);
    if (!this.lost.isFor(lost)) {
      const search = await searchFor(index, lost, session.ports);
      await search.run(NEAR);
      this.lost = search;
    }
    // Read after the last wait: repairs may have been laid over in the meantime.
    session.state = session.stateWith({ file: index, elsewhere: this.lost.found });
    return !same;
  }

  /** Ends a search that is under way. */
  end(): void {
    this.isEnded = true;
  }

  /** A search that the file has overtaken, since it lost other records meanwhile, is given up for the one that it needs now. */
  private async searchOthers(): Promise<boolean> {
    let searched = false;
    while (!this.lost.isDone && !this.isEnded) {
      const search = this.lost;
      const isWanted = (): boolean => this.lost === search && !this.isEnded;
      await search.run(EVERYWHERE, isWanted);
      if (!isWanted()) continue;
      const { session } = this;
      session.state = session.stateWith({ elsewhere: search.found });
      searched = true;
    }
    return searched;
  }
}

type SearchPorts = Pick<AnalysisPorts, 'siblings' | 'records'>;

/** Prepares the search for the records that a transcript has lost. */
export async function searchForLost(index: TranscriptIndex, ports: SearchPorts): Promise<LostSearch> {
  return searchFor(index, lostIn(index), ports);
}

async function searchFor(index: TranscriptIndex, lost: readonly string[], ports: SearchPorts): Promise<LostSearch> {
  return lostSearch(lost, ports, (uuid) => index.names.find(uuid) >= 0 && index.recordOfUuid(uuid) >= 0);
}

/** uuids that the transcript names as parents and does not hold. */
function lostIn(index: TranscriptIndex): string[] {
  if (isNoSession(index)) return [];
  return findOrphans(ConversationGraph.of(index), new Map()).map((orphan) => index.names.text(orphan.missing));
}
