import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import type { Breach, RequestMessage, RequestRule } from '../request.ts';

/** A tool call or its result in a message. */
interface ToolUse {
  /** Name of its id in the index. */
  readonly id: number;
  readonly record: number;
}

/** Every call is answered in the message behind it. */
export const CALLS_ANSWERED: RequestRule = {
  id: 'call-unanswered',
  source: 'Messages API: "`tool_use` ids were found without `tool_result` blocks immediately after"',
  recovery: { today: 'mends', loses: 'the call', stuckUntil: null },
  breaches: (graph, request) =>
    request.flatMap((message, at): Breach[] => {
      const answered = new Set(resultsOf(graph, request[at + 1]).map(({ id }) => id));
      const open = callsOf(graph, message).filter(({ id }) => !answered.has(id));
      return open.map(({ id, record }) => breach(graph, record, id, 'is not answered in the next message'));
    }),
};

/** Every result answers a call of the message before it. */
export const RESULTS_CALLED: RequestRule = {
  id: 'result-without-call',
  source: 'Messages API: "unexpected `tool_use_id` found in `tool_result` blocks"',
  recovery: { today: 'mends', loses: 'the result', stuckUntil: null },
  breaches: (graph, request) =>
    request.flatMap((message, at): Breach[] => {
      const made = new Set(callsOf(graph, request[at - 1]).map(({ id }) => id));
      const loose = resultsOf(graph, message).filter(({ id }) => !made.has(id));
      return loose.map(({ id, record }) => breach(graph, record, id, 'has a result, but is not made in the message before'));
    }),
};

/** No id of a call occurs twice. */
export const CALL_IDS_UNIQUE: RequestRule = {
  id: 'call-id-repeated',
  source: 'Messages API: "`tool_use` ids must be unique"',
  recovery: { today: 'mends', loses: 'the later call', stuckUntil: '2.1.29' },
  breaches: (graph, request) => {
    const made = new Set<number>();
    return request.flatMap((message) =>
      callsOf(graph, message).flatMap(({ id, record }) => {
        const isRepeated = made.has(id);
        made.add(id);
        return isRepeated ? [breach(graph, record, id, 'is made twice')] : [];
      }),
    );
  },
};

/** Results stand in messages of the user's side. */
export const RESULTS_BY_USER: RequestRule = {
  id: 'result-in-answer',
  source: 'Messages API: "`tool_result` blocks can only be in `user` messages"',
  recovery: { today: 'mends', loses: 'the result', stuckUntil: '2.1.197' },
  breaches: ({ index: { tools, columns } }, request) =>
    request.flatMap(({ role, parts }) => {
      if (role !== 'assistant') return [];
      // What is sent of an answer holds no results any more: the record itself shows them.
      return parts.flatMap(({ record }) => {
        const from = columns.toolStart[record]!;
        const to = columns.toolStart[record + 1]!;
        return tools.isResult.subarray(from, to).includes(1)
          ? [{ record, sentence: 'The result of a tool call stands in an answer.' }]
          : [];
      });
    }),
};

/** Calls stand in answers. */
export const CALLS_BY_ASSISTANT: RequestRule = {
  id: 'call-in-prompt',
  source: 'Messages API: "`tool_use` blocks can only be in `assistant` messages"',
  recovery: { today: 'stuck', loses: null, stuckUntil: null },
  breaches: (graph, request) =>
    request.flatMap((message) =>
      message.role === 'user'
        ? callsOf(graph, { ...message, parts: message.parts.filter(({ isStandIn }) => !isStandIn) }).map(({ id, record }) =>
            breach(graph, record, id, 'stands in a message of the user'),
          )
        : [],
    ),
};

function callsOf(graph: ConversationGraph, message: RequestMessage | undefined): ToolUse[] {
  return toolsOf(graph, message, false);
}

function resultsOf(graph: ConversationGraph, message: RequestMessage | undefined): ToolUse[] {
  return toolsOf(graph, message, true);
}

function toolsOf({ index: { tools } }: ConversationGraph, message: RequestMessage | undefined, areResults: boolean): ToolUse[] {
  const parts = message?.parts ?? [];
  return parts.flatMap(({ record, tools: sent, isStandIn }) =>
    sent
      .filter((tool) => (isStandIn || tools.isResult[tool] === 1) === areResults && tools.id[tool]! >= 0)
      .map((tool) => ({ id: tools.id[tool]!, record })),
  );
}

function breach({ index }: ConversationGraph, record: number, id: number, what: string): Breach {
  return { record, sentence: `The tool call ${index.names.text(id)} ${what}.` };
}
