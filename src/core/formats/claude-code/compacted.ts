import { type JsonObject, type JsonValue, member } from '../../json.ts';
import type { Compacted, SummaryText } from '../format.ts';

/** Reads what a boundary says of the conversation before it. */
export function compactedBy(boundary: JsonObject): Compacted {
  const tip = member(boundary, 'logicalParentUuid');
  const tokens = member(member(boundary, 'compactMetadata'), 'preTokens');
  return { tip: typeof tip === 'string' ? tip : null, tokens: typeof tokens === 'number' ? tokens : null };
}

/** Reads what a summary says, without the client's own sentences around it. */
export function summaryBy(summary: JsonObject): SummaryText {
  const text = textOf(member(member(summary, 'message'), 'content'));
  const said = text
    .replace(INTRODUCTION, '')
    .replace(TAGS, '')
    .replace(FOOTER, '')
    .replace(/^\s*(?:Analysis|Summary):\s*/i, '')
    .trim();
  return { length: said.length, isIntroduced: INTRODUCTION.test(text), isFailure: isFailure(said) };
}

/** Whether all that is said is a client's report; what goes on for long is more than that. */
function isFailure(said: string): boolean {
  return said.length <= LONGEST_REPORT && FAILURES.some((failure) => failure.test(said));
}

const LONGEST_REPORT = 2000;

/** What clients write before a summary. */
const INTRODUCTION = /^\s*This session is being continued from a previous conversation[^\n]*(?:\n|$)/;
/** What they write behind it: sentences of their own, each a paragraph. */
const FOOTER = new RegExp(
  `(?:^|\\n)\\s*(?:${[
    'If you need specific details from before compaction',
    'Recent messages are preserved verbatim',
    '(?:Please )?continue the conversation from where (?:it|we|you)',
  ].join('|')})[^\\n]*`,
  'gi',
);
const TAGS = /<\/?(?:summary|analysis)>/g;

/** What clients say in place of an answer. Each is the beginning of all that is said: a summary may quote it further on. */
const FAILURES: readonly RegExp[] = [
  /^API Error\b/i,
  /^Error(?: during compaction)?:/i,
  /^\{"type":\s*"error"/,
  /^Failed to (?:authenticate|generate)\b[^\n]*$/i,
  /^Prompt is too long\b[^\n]*$/i,
  /^(?:Conversation|Context) too long\b[^\n]*$/i,
  /^Credit balance is too low\b[^\n]*$/i,
  /^Invalid API key\b[^\n]*$/i,
  /^OAuth token (?:has expired|revoked)\b[^\n]*$/i,
  /^(?:Not logged in|Please run \/login)\b[^\n]*$/i,
  /^(?:Request timed out|Connection error|Overloaded)\b[^\n]*$/i,
  /^You[’']ve hit your [^\n]*limit\b[^\n]*$/i,
  /^Claude (?:AI )?usage limit reached\b[^\n]*$/i,
  /^(?:5-hour|Weekly|Session) limit reached\b[^\n]*$/i,
  /^\[Request interrupted by user[^\]]*\]$/,
  /^No response requested\.?$/,
  /^\(?no content\)?$/i,
];

function textOf(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((block) => member(block, 'text'))
    .filter((text) => typeof text === 'string')
    .join('\n');
}
