import type { Meaning } from '../../formats/format.ts';
import { FLAG } from '../record-kinds.ts';

/** What a member's value is to the reader: the meanings of formats as numbers, and what the reader has to enter. */
export const MEANING = {
  /** Not listed: skipped. */
  none: 0,
  object: 1,
  blocks: 2,
  type: 3,
  subtype: 4,
  role: 5,
  uuid: 6,
  parent: 7,
  session: 8,
  agent: 9,
  version: 10,
  branch: 11,
  messageId: 12,
  leaf: 13,
  reportedCall: 14,
  parentCall: 15,
  time: 16,
  sidechain: 17,
  injected: 18,
  compactSummary: 19,
  errorReport: 20,
  team: 21,
  model: 22,
  input: 23,
  output: 24,
  cacheRead: 25,
  cacheWritten: 26,
  attachmentType: 27,
  blockType: 28,
  callId: 29,
  toolName: 30,
  thought: 31,
  signature: 32,
  answeredCall: 33,
  writer: 34,
  said: 35,
  callInput: 36,
  mediaType: 37,
  mediaData: 38,
  failed: 39,
} as const satisfies Readonly<Record<Meaning | 'none' | 'object' | 'blocks', number>>;

/** What a content block is. */
export const BLOCK = {
  other: 0,
  text: 1,
  thinking: 2,
  hiddenThinking: 3,
  call: 4,
  result: 5,
  serverCall: 6,
  serverResult: 7,
  picture: 8,
  document: 9,
} as const;

const FIELDS = [
  'type',
  'subtype',
  'role',
  'uuid',
  'parent',
  'session',
  'agent',
  'version',
  'writer',
  'branch',
  'messageId',
  'leaf',
  'reportedCall',
  'parentCall',
  'input',
  'output',
  'cacheRead',
  'cacheWritten',
] as const;

/** The reader's field of the same name that holds a value: an id or a count. */
export const FIELD_OF: ReadonlyMap<number, (typeof FIELDS)[number]> = new Map(FIELDS.map((field) => [MEANING[field], field]));

/** The flag that a value sets. */
export const FLAG_OF: ReadonlyMap<number, number> = new Map([
  [MEANING.sidechain, FLAG.sidechain],
  [MEANING.injected, FLAG.injected],
  [MEANING.compactSummary, FLAG.compactSummary],
  [MEANING.team, FLAG.team],
]);

/** The reader's field for a count of tokens. */
export const TOKENS_OF = {
  [MEANING.input]: 'input',
  [MEANING.output]: 'output',
  [MEANING.cacheRead]: 'cacheRead',
  [MEANING.cacheWritten]: 'cacheWritten',
} as const;
