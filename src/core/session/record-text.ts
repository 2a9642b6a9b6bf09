import { grouped } from '../count-text.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { shownJson } from './shown-json.ts';

export interface RowTokens {
  /** Prompt tokens, those read from and written to the cache included. */
  readonly context: number;
  readonly output: number;
}

/** One content block as plain text. Untrusted: it is what the transcript says. */
export interface TextBlock {
  readonly type: string;
  readonly title: string;
  readonly text: string;
  /** The call that a block makes or answers. */
  readonly call: string | null;
  /** A picture, which is not text: its kind, its size in bytes and its number among those of the record. */
  readonly image: { readonly mediaType: string; readonly bytes: number; readonly at: number } | null;
}

/** What a row shows of a record. */
export interface RecordText {
  readonly label: string;
  readonly text: string;
  readonly tools: readonly string[];
  readonly tokens: RowTokens | null;
}

const PREVIEW_LENGTH = 200;
const BLOCK_LENGTH = 20_000;
/** Of labels and tool names. */
const NAME_LENGTH = 200;

/** Parses one record; null when it is no object. */
export function parseRecord(line: string): JsonObject | null {
  const value = JSON.parse(line) as JsonValue;
  return isObject(value) ? value : null;
}

/** Label, first words and tool names of a record. */
export function describeRecord(record: JsonObject): RecordText {
  const blocks = contentBlocks(record);
  const tools = blocks.filter((block) => block['type'] === 'tool_use').map((block) => text(block['name']).slice(0, NAME_LENGTH));
  return { label: labelOf(record, blocks).slice(0, NAME_LENGTH), text: preview(record, blocks), tools, tokens: tokensOf(record) };
}

function tokensOf(record: JsonObject): RowTokens | null {
  const usage = isObject(record['message']) ? record['message']['usage'] : null;
  if (!isObject(usage)) return null;
  const count = (key: string): number => (typeof usage[key] === 'number' ? usage[key] : 0);
  const context = count('input_tokens') + count('cache_read_input_tokens') + count('cache_creation_input_tokens');
  const output = count('output_tokens');
  return context + output > 0 ? { context, output } : null;
}

/** The record's content as readable blocks. */
export function textBlocks(record: JsonObject): TextBlock[] {
  const pictures = picturesOf(record);
  const blocks = contentBlocks(record).flatMap((block) => [
    ...(block['type'] === 'image' ? [] : [readableBlock(block)]),
    ...[block, ...(Array.isArray(block['content']) ? block['content'] : [])].flatMap((part) => pictureBlock(part, pictures)),
  ]);
  // A subagent's calls and results are no records of this session: nothing leads from one to the other.
  if (blocks.length > 0) return record['type'] === 'progress' ? blocks.map((block) => ({ ...block, call: null })) : blocks;
  const rest = isObject(record['data']) ? record['data'] : isObject(record['attachment']) ? record['attachment'] : null;
  if (rest !== null) return [plain('data', text(rest['type']) || 'data', cut(shownJson(rest, 2)))];
  const content = record['content'];
  return typeof content === 'string' ? [plain('text', 'text', cut(content))] : [];
}

/** What browsers draw without running anything. */
const PICTURE_TYPES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const LARGEST_PICTURE = 8 * 1024 * 1024;

/** A picture of a record as a `data:` address; null when there is none with this number, or when it is too large or of another kind. */
export function pictureOf(record: JsonObject, at: number): string | null {
  const source = picturesOf(record)[at];
  if (source === undefined) return null;
  const [mediaType, data] = [text(source['media_type']), text(source['data'])];
  const isSound = PICTURE_TYPES.has(mediaType) && data.length <= (LARGEST_PICTURE * 4) / 3 && /^[A-Za-z0-9+/]+={0,2}$/.test(data);
  return isSound ? `data:${mediaType};base64,${data}` : null;
}

/** Sources of all pictures, those in results included. */
function picturesOf(record: JsonObject): JsonObject[] {
  return contentBlocks(record)
    .flatMap((block) => [block, ...(Array.isArray(block['content']) ? block['content'] : [])])
    .flatMap((part) => (isObject(part) && part['type'] === 'image' && isObject(part['source']) ? [part['source']] : []));
}

function pictureBlock(part: JsonValue, pictures: readonly JsonObject[]): TextBlock[] {
  if (!isObject(part) || part['type'] !== 'image') return [];
  const source = isObject(part['source']) ? part['source'] : {};
  const image = {
    mediaType: text(source['media_type']),
    bytes: Math.floor((text(source['data']).length * 3) / 4),
    at: pictures.indexOf(source),
  };
  return [{ ...plain('image', 'image', ''), image }];
}

/** Id of the subagent whose result a record carries; null for any other record. */
export function agentOf(record: JsonObject): string | null {
  const result = record['toolUseResult'];
  const id = isObject(result) ? text(result['agentId']) : '';
  return id === '' ? null : id;
}

function plain(type: string, title: string, body: string): TextBlock {
  return { type, title, text: body, call: null, image: null };
}

function contentBlocks(record: JsonObject): JsonObject[] {
  const message = record['message'] ?? agentMessage(record)?.['message'];
  if (!isObject(message)) return [];
  const content = message['content'];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

/** What a subagent said or was answered, which clients before agents had files of their own tell as progress; null for other records. */
function agentMessage({ type, data }: JsonObject): JsonObject | null {
  return type === 'progress' && isObject(data) && data['type'] === 'agent_progress' && isObject(data['message']) ? data['message'] : null;
}

function readableBlock(block: JsonObject): TextBlock {
  const type = text(block['type']);
  switch (type) {
    case 'text':
      return plain(type, 'text', cut(text(block['text'])));
    case 'thinking':
      return plain(type, 'thinking', cut(text(block['thinking'])));
    case 'tool_use':
      return { ...plain(type, text(block['name']), cut(shownJson(block['input'] ?? null, 2))), call: text(block['id']) };
    case 'tool_result':
      return {
        ...plain(type, block['is_error'] === true ? 'result (error)' : 'result', cut(resultText(block['content'] ?? null))),
        call: text(block['tool_use_id']),
      };
    case 'image':
      return plain(type, 'image', '');
    default:
      return plain(type, type || 'block', cut(shownJson(block, 2)));
  }
}

function resultText(content: JsonValue): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return shownJson(content);
  return content
    .map((part) => (isObject(part) ? (typeof part['text'] === 'string' ? part['text'] : `(${text(part['type'])})`) : text(part)))
    .join('\n');
}

function labelOf(record: JsonObject, blocks: readonly JsonObject[]): string {
  const type = text(record['type']);
  if (type === 'user') {
    if (record['isCompactSummary'] === true) return 'summary';
    if (blocks.some((block) => block['type'] === 'tool_result')) return 'tool result';
    return record['isMeta'] === true ? 'injected' : 'user';
  }
  if (type === 'system') return words(text(record['subtype']) || 'system');
  if (type === 'progress') return agentLabel(record, blocks) ?? progressLabel(record['data']);
  if (type === 'attachment') return isObject(record['attachment']) ? words(text(record['attachment']['type'])) : 'attachment';
  return words(type);
}

function agentLabel(record: JsonObject, blocks: readonly JsonObject[]): string | null {
  const said = agentMessage(record);
  if (said === null || blocks.length === 0) return null;
  if (said['type'] !== 'user') return 'agent';
  return blocks.some((block) => block['type'] === 'tool_result') ? 'agent result' : 'agent prompt';
}

function progressLabel(data: JsonValue | undefined): string {
  if (!isObject(data)) return 'progress';
  const event = text(data['hookEvent']);
  return event === '' ? words(text(data['type']) || 'progress') : `${event} hook`;
}

function preview(record: JsonObject, blocks: readonly JsonObject[]): string {
  const compacted = record['compactMetadata'];
  if (isObject(compacted)) {
    const tokens = compacted['preTokens'];
    return oneLine([text(compacted['trigger']), typeof tokens === 'number' ? `${grouped(tokens)} tokens` : ''].filter(Boolean).join(' · '));
  }
  for (const block of blocks) {
    const found = blockPreview(block);
    if (found !== '') return oneLine(found);
  }
  if (isObject(record['data']))
    return oneLine(text(record['data']['command']) || text(record['data']['hookName']) || text(record['data']['output']));
  if (isObject(record['attachment'])) return oneLine(text(record['attachment']['filename']) || text(record['attachment']['content']));
  return oneLine(text(record['content']));
}

function blockPreview(block: JsonObject): string {
  const { text: body } = readableBlock(block);
  if (block['type'] !== 'tool_use') return body;
  const input = block['input'];
  if (!isObject(input)) return body;
  for (const key of ['description', 'file_path', 'command', 'pattern', 'query', 'prompt', 'url']) {
    if (typeof input[key] === 'string') return input[key];
  }
  return shownJson(input);
}

/** First words on one line; control and bidirectional override characters are taken out, for they would reorder the row. */
function oneLine(value: string): string {
  return value
    .slice(0, PREVIEW_LENGTH * 2)
    .replace(/[\p{Cc}\p{Bidi_Control}\s]+/gu, ' ')
    .trim()
    .slice(0, PREVIEW_LENGTH);
}

function cut(value: string): string {
  return value.length <= BLOCK_LENGTH ? value : `${value.slice(0, BLOCK_LENGTH)}\n… (${value.length - BLOCK_LENGTH} more characters)`;
}

function words(name: string): string {
  return name.replaceAll('_', ' ');
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
