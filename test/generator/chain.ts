import { createRandom } from './random.ts';
import type { Emission, TruthRecord } from './types.ts';
import { createWriter } from './words.ts';

/** One straight conversation of short messages, for chains of a million records. */
export interface ChainOptions {
  readonly seed: number;
  readonly records: number;
  /** Characters of text in a message; 60 when absent. */
  readonly text?: number;
}

/**
 * Hands over the records of a chain: prompt, answer, prompt, answer.
 * @returns the session's id
 */
export function* streamChain(options: ChainOptions): Generator<Emission, string> {
  const random = createRandom(options.seed);
  const writer = createWriter(random);
  const sessionId = random.uuid();
  const file = `${sessionId}.jsonl`;
  const middle = `"isSidechain":false,"userType":"external","cwd":"/home/dev/shop","sessionId":"${sessionId}","version":"2.1.29","gitBranch":"main"`;
  const length = options.text ?? 60;
  let clock = Date.UTC(2026, 1, 3, 9);
  let parentUuid: string | null = null;
  for (let i = 0; i < options.records; i += 1) {
    const uuid = random.uuid();
    const asks = i % 2 === 0;
    clock += 1500;
    const text = JSON.stringify(asks ? writer.prompt(length) : writer.prose(length));
    const messageId = asks ? null : `msg_01${random.base62(22)}`;
    const own = asks
      ? `"type":"user","message":{"role":"user","content":${text}}`
      : `"message":{"model":"claude-opus-4-5-20251101","id":"${messageId ?? ''}","type":"message","role":"assistant","content":[{"type":"text","text":${text}}],"stop_reason":null,"stop_sequence":null},"requestId":"req_011C${random.base62(20)}","type":"assistant"`;
    const line = `{"parentUuid":${parentUuid === null ? 'null' : `"${parentUuid}"`},${middle},${own},"uuid":"${uuid}","timestamp":"${new Date(clock).toISOString()}"}`;
    const truth: TruthRecord = {
      file,
      line: i + 1,
      uuid,
      parentUuid,
      type: asks ? 'user' : 'assistant',
      kind: asks ? 'prompt' : 'text',
      detail: '',
      messageId,
      toolUseId: null,
      sidechain: false,
      segment: 0,
      turn: i >> 1,
    };
    yield { file, line, truth };
    parentUuid = uuid;
  }
  return sessionId;
}
