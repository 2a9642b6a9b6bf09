import { expect, test } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, record } from '../../support/records.ts';

function answer(n: number, id: string | null, usage: unknown): string {
  const next = record({ id: idOf(n), parent: idOf(n - 1), type: 'assistant' }, n);
  const message = { ...(id === null ? {} : { id }), role: 'assistant', content: [{ type: 'text', text: 'so' }] };
  return `${JSON.stringify({ ...next, message: { ...message, usage } })}\n`;
}

function usage(input: number, written: number, read: number, output: number): unknown {
  return {
    input_tokens: input,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: 7_000, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
    server_tool_use: { input_tokens: 9_000, output_tokens: 9_000 },
  };
}

test('what a session cost counts each message of the API once, with the figures of its last record', async () => {
  const text =
    `${JSON.stringify(record(conversation(1)[0]!))}\n` +
    answer(1, 'msg_1', usage(10, 200, 3000, 1)) +
    answer(2, 'msg_1', usage(10, 200, 3000, 40)) +
    answer(3, 'msg_2', usage(5, 0, 3200, 60)) +
    // A record of the first answer that was written again, at the end.
    answer(4, 'msg_1', usage(10, 200, 3000, 41)) +
    // Without an id each record is a message of its own; what is no figure counts nothing.
    answer(5, null, usage(1, 0, 0, 1)) +
    answer(6, null, { input_tokens: '12', output_tokens: -4 }) +
    answer(7, 'msg_3', null);
  const { tokens } = await (await SessionAnalysis.open(memoryPorts(text))).judgement.summary();
  expect(tokens).toEqual({ input: 16, cacheWrite: 200, cacheRead: 6200, output: 102 });
});
