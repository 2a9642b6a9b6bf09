import { objectsOf } from './blocks.ts';

/** Thinking by its signature, as it stands in a session's file: what the mock of the API takes for what the model has signed. */
export function signedThinkingOf(bytes: Uint8Array): Map<string, string> {
  const signed = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    for (const record of objectsOf(line)) {
      const message = record['message'] as { content?: unknown } | null | undefined;
      if (!Array.isArray(message?.content)) continue;
      for (const block of message.content as (Record<string, unknown> | null)[]) {
        const { type, thinking, signature } = block ?? {};
        if (type === 'thinking' && typeof thinking === 'string' && typeof signature === 'string') signed.set(signature, thinking);
      }
    }
  }
  return signed;
}
