import { grouped } from '../../count-text.ts';
import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { type Loaders, primaryLoader } from '../../loaders/loader.ts';
import type { Refusal, ResumeRequest } from '../../loaders/request.ts';

/** The API's words for what it refuses, and the rule that they belong to. */
const CAUSES: readonly (readonly [words: RegExp, rule: string])[] = [
  [/found in .{0,3}(?!tool_result)\w+_tool_result/, 'server-result-without-call'],
  [/server_tool_use\.id/, 'server-tool-id'],
  [/tool_use(?:\.|_)id: String should match/, 'tool-id'],
  [/tool_use\.input/, 'tool-input'],
  [/image dimensions/, 'image-pixels'],
  [/image exceeds/, 'image-bytes'],
  [/process image|image cannot be empty|invalid base64|media type/i, 'image-data'],
  [/\bPDF\b/i, 'pdf-data'],
  [/must contain non-whitespace/, 'blank-text'],
  [/text content blocks|empty text blocks/, 'empty-text'],
  [/signature|blocks in the latest assistant message cannot be modified/, 'thinking-signature'],
  [/ids were found without/, 'call-unanswered'],
  [/found in .{0,3}tool_result/, 'result-without-call'],
  [/ids must be unique/, 'call-id-repeated'],
  [/non-empty content/, 'empty-prompt'],
];
const TOO_LONG = /prompt is too long|input length and `max_tokens` exceed|request_too_large/i;
const PLACE = /messages\.(\d+)/;
const CALL = /\b(?:srvtoolu|toolu)_\w+/;
const QUOTED = 140;
/** Characters for a token, roughly. */
const CHARACTERS = 3.5;

/** Whether a report says that the prompt was too long for the model. */
export function saysTooLong(text: string): boolean {
  return TOO_LONG.test(text);
}

/** What a report of a failed request means for the next one; null when it is not about what the session holds. */
export function refusedReport(graph: ConversationGraph, text: string, loaders: Loaders): string | null {
  const rule = CAUSES.find(([words]) => words.test(text))?.[1] ?? null;
  const place = PLACE.exec(text)?.[1];
  if (rule === null && place === undefined) return null;
  const loader = primaryLoader(loaders);
  const request = loader.request(graph, loader.chain(graph));
  const again = loader.refusals(graph, request).find((refusal) => refusal.rule === rule);
  const quoted = text.length <= QUOTED ? text : `${text.slice(0, QUOTED)}…`;
  const next =
    again !== undefined
      ? sentAgain(graph, again)
      : rule !== null
        ? 'Nothing is sent any more that the API refuses for this: the session can be gone on with.'
        : unknown(lineOf(graph, request, text, Number(place)));
  return `The session ends with the client’s report of a refused request: “${quoted}”. ${next}`;
}

function sentAgain({ index }: ConversationGraph, { sentence, record, recovery: { today, loses } }: Refusal): string {
  const cause = `${sentence.replace(/\.$/, '')} (line ${index.columns.line[record] ?? 0}).`;
  if (today === 'stuck') return `The cause is still sent: ${cause} The next request will be refused as well.`;
  return `The cause is still there: ${cause} Today’s client goes on without ${loses ?? 'it'}.`;
}

function unknown(line: number | null): string {
  const what = line === null ? 'What it was about is not known' : `It was about line ${line} or one near it`;
  return `${what}; whether the next request is refused as well cannot be told.`;
}

/** The line that the API named: by the call's id, else by the message's place, which what the client adds of its own may shift. */
function lineOf({ index }: ConversationGraph, request: ResumeRequest, text: string, place: number): number | null {
  const call = CALL.exec(text)?.[0];
  const name = call === undefined ? -1 : index.names.find(call);
  const tool = name < 0 ? -1 : index.tools.id.indexOf(name);
  const record = tool >= 0 ? index.tools.record[tool] : request[place]?.parts[0]?.record;
  return record === undefined ? null : index.columns.line[record]!;
}

/** How large a request is, for people: by the last answer's figures, or by its length. */
export function sizeOfRequest(graph: ConversationGraph, loaders: Loaders): string {
  const { columns, remarks } = graph.index;
  const { visible } = primaryLoader(loaders).chain(graph);
  const isSent = new Set(visible);
  const bytes = visible.reduce((sum, record) => sum + columns.length[record]!, 0);
  const media = remarks.reduce((sum, { record, size }) => sum + (isSent.has(record) ? size : 0), 0);
  const used = visible.findLast((record) => columns.input[record]! > 0);
  const figure = (column: Int32Array): number => (used === undefined ? 0 : Math.max(0, column[used]!));
  const answered = figure(columns.input) + figure(columns.cacheRead) + figure(columns.cacheWritten);
  const tokens = Math.max(answered, (bytes - media) / CHARACTERS);
  return `about ${grouped(Math.round(tokens / 1000) * 1000)} tokens`;
}
