import type { BytePatch, CopyPatch } from '../../patch/byte-edits.ts';
import { ConversationGraph } from '../../graph/conversation-graph.ts';
import { checkCopy } from '../../patch/copy-check.ts';
import type { CopyCheck } from '../../patch/copy-losses.ts';
import { copyExpectation } from '../../patch/copy-expectation.ts';
import { copyPatch, inPlacePatch } from '../../patch/repaired-copy.ts';
import type { CopyExpectation } from '../../patch/verify-copy.ts';
import type { RepairAction } from '../../graph/repairs.ts';
import type { CurrentSession } from '../current-session.ts';
import { graphWith, repairedWith } from '../trials/simulation.ts';
import type { SessionCopies } from './session-copies.ts';

/** Says how the current state is written. */
export class AnalysedCopies implements SessionCopies {
  private readonly session: CurrentSession;

  constructor(session: CurrentSession) {
    this.session = session;
  }

  async patch(newSessionId: string, extra: readonly RepairAction[] = []): Promise<CopyPatch> {
    const { ports, state } = this.session;
    const { graph, chain } = repairedWith(state, extra);
    return copyPatch(ports.source, graph, chain.leaf, newSessionId, ports.now());
  }

  async inPlacePatch(extra: readonly RepairAction[] = []): Promise<BytePatch> {
    const { ports, state } = this.session;
    const { graph, chain } = repairedWith(state, extra);
    return inPlacePatch(ports.source, graph, chain.leaf, ports.now());
  }

  async check(path: string, extra: readonly RepairAction[] = []): Promise<CopyCheck> {
    const { ports, state } = this.session;
    return checkCopy(ports.file(path), state.loaders, ConversationGraph.of(state.file), graphWith(state, extra));
  }

  async expectation(newSessionId: string | null, extra: readonly RepairAction[] = []): Promise<CopyExpectation> {
    const { state } = this.session;
    const { graph, chain } = repairedWith(state, extra);
    const reference = state.loaders.list.find(({ isReference }) => isReference);
    return Promise.resolve(copyExpectation(graph, reference?.chain(graph) ?? null, chain.visible.length, newSessionId));
  }
}
