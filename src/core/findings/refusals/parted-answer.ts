import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { FLAG, KIND } from '../../transcript/record-kinds.ts';
import { isLocalCommand } from '../../loaders/local-command.ts';
import { REMARK, remarksOn } from '../../transcript/notes/remarks.ts';
import type { Diagnosis } from '../finding.ts';
import { leftOut, recordDiagnosis } from '../record-finding.ts';

const CODE = 'server-tool-parted';
/** So far up the call is looked for. */
const MOST_STEPS = 200;

/**
 * An answer that was parted between the call of a tool that the API runs itself and its result. What stands between is left out: the
 * words of the client's own records (the echo of a command, a reminder) by themselves, what a person said only when the user wants it.
 * @param result the record with the result
 */
export function partedDiagnoses(graph: ConversationGraph, result: number): Diagnosis[] {
  const { index } = graph;
  const between = recordsBetween(graph, result);
  const tool = toolName(graph, result);
  const line = (record: number): number => index.columns.line[record]!;
  const dies = `The API refuses every request of this session${tool === 'advisor' ? ' while the advisor is switched on' : ''}: it cannot be gone on with.`;
  if (between === null) {
    const message = `The result of the tool ${tool} stands here without its call before it in the same answer. ${dies}`;
    return [
      recordDiagnosis(index, result, { code: CODE, severity: 'error', message }, [
        leftOut(index.uuidText(result), 0.6, 'medium', 'What the tool found is then no longer sent; the answer that was made of it stays.'),
      ]),
    ];
  }
  const [first, ...others] = between;
  // Results of the client's own calls stand amid an answer by right.
  if (first === undefined) return [];
  const what =
    others.length === 0 ? 'This record was' : `This record and ${others.length === 1 ? 'another one' : `${others.length} more`} were`;
  const message = `${what} written amid an answer, between a call of the tool ${tool} and its result (line ${line(result)}). ${dies} Left out of a copy, ${others.length === 0 ? 'it is' : 'they are'} no longer sent, and all else is.`;
  const also = `This record, too, stands between a call of the tool ${tool} and its result (line ${line(result)}).`;
  return [first, ...others].map((record, at) =>
    recordDiagnosis(index, record, { code: CODE, severity: at === 0 ? 'error' : 'info', message: at === 0 ? message : also }, [
      isClients(graph, record)
        ? leftOut(
            index.uuidText(record),
            0.9,
            'high',
            'Only the client itself speaks here; without it the answer is whole again, as the model gave it.',
          )
        : leftOut(index.uuidText(record), 0.6, 'medium', 'The answer is then whole again; what is said here is no longer sent.'),
    ]),
  );
}

/** What speaks between a result and its call, in order; null where the call is not above it. */
function recordsBetween(graph: ConversationGraph, result: number): number[] | null {
  const { remarks } = graph.index;
  const wanted = new Set(
    remarksOn(remarks, result)
      .filter(({ kind }) => kind === REMARK.serverResult)
      .map(({ id }) => id),
  );
  const between: number[] = [];
  let at = graph.parent[result]!;
  for (let steps = 0; at >= 0 && steps < MOST_STEPS; steps++, at = graph.parent[at]!) {
    if (remarksOn(remarks, at).some(({ kind, id }) => kind === REMARK.serverCall && wanted.has(id))) return between.reverse();
    if (speaks(graph, at)) between.push(at);
  }
  return null;
}

/** Whether a record is sent as words of the user's side. */
function speaks({ index }: ConversationGraph, record: number): boolean {
  if (index.isFlagged(record, FLAG.toolResult)) return false;
  return index.columns.kind[record] === KIND.user || index.isFlagged(record, FLAG.queuedPrompt) || isLocalCommand(index, record);
}

function isClients({ index }: ConversationGraph, record: number): boolean {
  return index.isFlagged(record, FLAG.injected) || isLocalCommand(index, record);
}

function toolName({ index }: ConversationGraph, result: number): string {
  const found = remarksOn(index.remarks, result).find(({ kind }) => kind === REMARK.serverResult);
  const call = index.remarks.find(({ kind, id }) => kind === REMARK.serverCall && id === found?.id);
  return call === undefined || call.name < 0 ? 'of the API' : index.names.text(call.name);
}
