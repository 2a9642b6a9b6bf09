import type { JsonObject, JsonValue } from '../log/event.ts';
import type { RowTokens } from './analysis-types.ts';
import { shownJson } from './shown-json.ts';

/** One content block as plain text. Untrusted: it is what the transcript says. */
export interface TextBlock {
  readonly type: string;
  readonly title: string;
  readonly text: string;
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
  const blocks = contentBlocks(record).map(readableBlock);
  if (blocks.length > 0) return blocks;
  const rest = isObject(record['data']) ? record['data'] : isObject(record['attachment']) ? record['attachment'] : null;
  if (rest !== null) return [{ type: 'data', title: text(rest['type']) || 'data', text: cut(shownJson(rest, 2)) }];
  const content = record['content'];
  return typeof content === 'string' ? [{ type: 'text', title: 'text', text: cut(content) }] : [];
}

function contentBlocks(record: JsonObject): JsonObject[] {
  const message = record['message'];
  if (!isObject(message)) return [];
  const content = message['content'];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function readableBlock(block: JsonObject): TextBlock {
  const type = text(block['type']);
  switch (type) {
    case 'text':
      return { type, title: 'text', text: cut(text(block['text'])) };
    case 'thinking':
      return { type, title: 'thinking', text: cut(text(block['thinking'])) };
    case 'tool_use':
      return { type, title: text(block['name']), text: cut(shownJson(block['input'] ?? null, 2)) };
    case 'tool_result':
      return { type, title: block['is_error'] === true ? 'result (error)' : 'result', text: cut(resultText(block['content'] ?? null)) };
    case 'image':
      return { type, title: 'image', text: '' };
    default:
      return { type, title: type || 'block', text: cut(shownJson(block, 2)) };
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
  if (type === 'progress') return progressLabel(record['data']);
  if (type === 'attachment') return isObject(record['attachment']) ? words(text(record['attachment']['type'])) : 'attachment';
  return words(type);
}

function progressLabel(data: JsonValue | undefined): string {
  if (!isObject(data)) return 'progress';
  const event = text(data['hookEvent']);
  return event === '' ? words(text(data['type']) || 'progress') : `${event} hook`;
}

function preview(record: JsonObject, blocks: readonly JsonObject[]): string {
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
