import type { Client, Json } from './types.ts';

/** What every record of a session repeats. */
export interface Surroundings {
  readonly client: Client;
  readonly sessionId: string;
  readonly cwd: string;
  readonly branch: string;
  /** Clients name a session after its first answer; earlier records have no slug. */
  slug: string | null;
}

/** Where a record hangs. */
export interface Place {
  readonly parentUuid: string | null;
  readonly sidechain: boolean;
  readonly agentId: string | null;
}

/**
 * A record in the key order of its client: 2.1.29 writes the surroundings first, 2.1.217 last.
 * @param own the keys of its type, in order, uuid and timestamp included
 * @param promptId 2.1.217 only: which prompt a user record belongs to
 */
export function envelope(around: Surroundings, place: Place, own: Json, promptId: string | null = null): Json {
  const record: Json = { parentUuid: place.parentUuid, isSidechain: place.sidechain };
  if (around.client === '2.1.29') {
    surround(record, around);
    if (place.agentId !== null) record['agentId'] = place.agentId;
    if (around.slug !== null) record['slug'] = around.slug;
    return Object.assign(record, own);
  }
  if (promptId !== null) record['promptId'] = promptId;
  if (place.agentId !== null) record['agentId'] = place.agentId;
  Object.assign(record, own);
  surround(record, around);
  if (around.slug !== null) record['slug'] = around.slug;
  return record;
}

/** A compact boundary names the tip before it between parentUuid and isSidechain. */
export function boundaryEnvelope(around: Surroundings, logicalParentUuid: string, own: Json): Json {
  const plain = envelope(around, { parentUuid: null, sidechain: false, agentId: null }, own);
  const record: Json = { parentUuid: null, logicalParentUuid };
  for (const [key, value] of Object.entries(plain)) if (key !== 'parentUuid') record[key] = value;
  return record;
}

function surround(record: Json, around: Surroundings): void {
  record['userType'] = 'external';
  if (around.client === '2.1.217') record['entrypoint'] = 'claude-desktop';
  record['cwd'] = around.cwd;
  record['sessionId'] = around.sessionId;
  record['version'] = around.client;
  record['gitBranch'] = around.branch;
}

/** Token counts of one API message. */
export interface Usage {
  readonly input: number;
  readonly created: number;
  readonly read: number;
  readonly output: number;
}

/** One API message; each of its blocks becomes a record that repeats everything else. */
export interface ApiMessage {
  readonly id: string;
  readonly requestId: string;
  readonly model: string;
  readonly usage: Usage;
  readonly stopReason: 'tool_use' | 'end_turn';
}

export function messageBody(client: Client, message: ApiMessage, block: Json): Json {
  const body: Json = { model: message.model, id: message.id, type: 'message', role: 'assistant', content: [block] };
  const { input, created, read, output } = message.usage;
  if (client === '2.1.29') {
    return Object.assign(body, {
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: input,
        cache_creation_input_tokens: created,
        cache_read_input_tokens: read,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: created },
        output_tokens: Math.min(output, 8),
        service_tier: 'standard',
      },
    });
  }
  const cacheCreation = { ephemeral_1h_input_tokens: created, ephemeral_5m_input_tokens: 0 };
  return Object.assign(body, {
    stop_reason: message.stopReason,
    stop_sequence: null,
    stop_details: null,
    usage: {
      input_tokens: input,
      cache_creation_input_tokens: created,
      cache_read_input_tokens: read,
      output_tokens: output,
      server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
      service_tier: 'standard',
      cache_creation: cacheCreation,
      inference_geo: 'not_available',
      iterations: [
        {
          input_tokens: input,
          output_tokens: output,
          cache_read_input_tokens: read,
          cache_creation_input_tokens: created,
          cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: created },
          type: 'message',
        },
      ],
      speed: 'standard',
    },
    diagnostics: null,
  });
}

/** The message of a record the client made itself: an API error, or an answer nobody asked for. */
export function syntheticBody(id: string, text: string): Json {
  return {
    id,
    container: null,
    model: '<synthetic>',
    role: 'assistant',
    stop_reason: 'stop_sequence',
    stop_sequence: '',
    type: 'message',
    usage: {
      input_tokens: 0,
      output_tokens: 0,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
      service_tier: null,
      cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 0 },
    },
    content: [{ type: 'text', text }],
    context_management: null,
  };
}
