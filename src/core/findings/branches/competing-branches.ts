import { counted } from '../../count-text.ts';
import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import type { RepairAction } from '../../graph/repairs.ts';
import type { Diagnosis, ScoredAction } from '../finding.ts';
import { recordDiagnosis } from '../record-finding.ts';
import { linksInOrder, type Competition } from './taking-turns.ts';
import type { Turn } from './turns.ts';

/** Branches that were written by turns: what a resume does not load of them, all in order of time, or either end. */
export function competition(graph: ConversationGraph, { proof, turns, ends }: Competition, onChain: Uint8Array): Diagnosis {
  const { index } = graph;
  const links = linksInOrder(turns);
  const place = links[0]?.record ?? turns[0]!.first;
  const message = competitionText(graph, turns, proof === 'took-turns', onChain);
  const choices = ends.map((end) => continuing(graph, end, onChain)).filter((choice) => choice !== null);
  // After a choice the same branches stand there still, but they were decided on.
  if (graph.chosenLeaf >= 0) return recordDiagnosis(index, place, { code: 'branches-compete', severity: 'info', message }, choices);
  const [action, ...further] = links.map(({ record, parent }): RepairAction => ({
    kind: 'reparent',
    uuid: index.uuidText(record),
    parent: index.uuidText(parent),
  }));
  const inOrder: ScoredAction[] =
    action === undefined
      ? []
      : [
          {
            action,
            ...(further.length > 0 ? { further } : {}),
            score: 0.9,
            confidence: proof === 'took-turns' ? 'high' : 'medium',
            reasons: [
              proof === 'took-turns'
                ? 'By their times the branches took turns: none was left. All turns then stand in the order in which they were written.'
                : 'By their times both branches were being answered at once. All turns then stand in the order in which they were asked.',
            ],
          },
        ];
  const severity = turns.some(({ messages }) => messages.some((record) => onChain[record] === 0)) ? 'error' : 'warning';
  return recordDiagnosis(index, place, { code: 'branches-compete', severity, message }, [...inOrder, ...choices]);
}

function competitionText(graph: ConversationGraph, turns: readonly Turn[], tookTurns: boolean, onChain: Uint8Array): string {
  const { line } = graph.index.columns;
  const asked = turns.filter(({ isAnswered }) => isAnswered);
  const lost = asked.filter(({ messages }) => messages.some((record) => onChain[record] === 0));
  const how = tookTurns ? 'Two programs took turns writing to this session' : 'Two programs wrote to this session at the same time';
  const [first] = lost;
  const last = lost.at(-1);
  if (first === undefined || last === undefined) return `${how}. A resume loads all that was said.`;
  const messages = lost.flatMap((turn) => turn.messages.filter((record) => onChain[record] === 0));
  return (
    `${how}, each behind its own last message: ${counted(lost.length, 'turn')} of the ${asked.length} since then ` +
    `(${counted(messages.length, 'message')}, lines ${line[messages[0]!]!} to ${line[messages.at(-1)!]!}) ${lost.length === 1 ? 'is' : 'are'} not loaded by a resume.`
  );
}

function continuing(graph: ConversationGraph, end: Turn, onChain: Uint8Array): ScoredAction | null {
  const last = end.messages.at(-1);
  if (last === undefined) return null;
  const { line } = graph.index.columns;
  const now = onChain[last] === 1 ? '' : ', which is not loaded now';
  return {
    action: { kind: 'choose-leaf', uuid: graph.index.uuidText(last) },
    score: 0.5,
    confidence: 'medium',
    reasons: [
      `A resume then continues from line ${line[last]!}, the end of one branch${now}; what only the other one holds is not loaded.`,
    ],
  };
}
