import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { REMARK, remarksOn, type PlacedRemark } from '../../transcript/notes/remarks.ts';
import type { Breach, RequestMessage, RequestRule } from '../request.ts';

/** What a tool that the API runs itself found stands behind its call, in the same answer. */
export const SERVER_RESULTS_CALLED: RequestRule = {
  id: 'server-result-without-call',
  source: 'https://github.com/anthropics/claude-code/issues/73638 and a dozen more',
  recovery: { today: 'stuck', loses: null, stuckUntil: null },
  breaches: (graph, request) =>
    request.flatMap((message): Breach[] => {
      if (message.role !== 'assistant') return [];
      const made = new Set<number>();
      return serverBlocks(graph, message).flatMap(({ kind, id, record }) => {
        if (kind === REMARK.serverCall) made.add(id);
        if (kind === REMARK.serverCall || id < 0 || made.has(id)) return [];
        return [
          { record, sentence: `The result of the call ${graph.index.names.text(id)} does not stand in the answer that makes the call.` },
        ];
      });
    }),
};

/** Such a call has its result in the same answer. */
export const SERVER_CALLS_ANSWERED: RequestRule = {
  id: 'server-call-without-result',
  source: 'https://platform.claude.com/docs/en/agents-and-tools/tool-use/server-tools',
  recovery: { today: 'mends', loses: 'the call', stuckUntil: '2.1.29' },
  breaches: (graph, request) =>
    request.flatMap((message): Breach[] => {
      if (message.role !== 'assistant') return [];
      const blocks = serverBlocks(graph, message);
      const answered = new Set(blocks.filter(({ kind }) => kind === REMARK.serverResult).map(({ id }) => id));
      return blocks
        .filter(({ kind, id }) => kind === REMARK.serverCall && !answered.has(id))
        .map(({ id, record }) => ({ record, sentence: `The call ${nameOf(graph, id)} has no result in its answer.` }));
    }),
};

const SERVER_ID = /^srvtoolu_[a-zA-Z0-9_]+$/;

/** Calls of such tools have ids that the API gave. */
export const SERVER_IDS: RequestRule = {
  id: 'server-tool-id',
  source: 'https://github.com/ding113/claude-code-hub/issues/470',
  recovery: { today: 'stuck', loses: null, stuckUntil: null },
  breaches: (graph, request) =>
    request.flatMap((message) =>
      serverBlocks(graph, message)
        .filter(({ id }) => id >= 0 && !SERVER_ID.test(graph.index.names.text(id)))
        .map(({ id, record }) => ({ record, sentence: `The call ${nameOf(graph, id)} has an id of another provider.` })),
    ),
};

function serverBlocks({ index }: ConversationGraph, { parts }: RequestMessage): PlacedRemark[] {
  if (index.remarks.length === 0) return [];
  return parts
    .flatMap(({ record }) => remarksOn(index.remarks, record))
    .filter(({ kind }) => kind === REMARK.serverCall || kind === REMARK.serverResult);
}

function nameOf({ index }: ConversationGraph, id: number): string {
  return id < 0 ? 'without an id' : index.names.text(id);
}
