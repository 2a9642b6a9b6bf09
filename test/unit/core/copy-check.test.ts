import { expect, test } from 'vitest';
import { ConversationGraph } from '../../../src/core/graph/conversation-graph.ts';
import { LOADERS } from '../../../src/core/loaders/loaders.ts';
import { checkCopy } from '../../../src/core/patch/copy-check.ts';
import { isResumable, lossesOf } from '../../../src/core/patch/copy-losses.ts';
import { CLAUDE_CODE } from '../../../src/core/formats/claude-code/claude-code.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { memorySource } from '../../support/memory-source.ts';
import { conversation, lines } from '../../support/records.ts';

const UNREAD = '{"type": user, "uuid": "no JSON"\n'.repeat(12);
const SESSION = lines(conversation(4));

const graphOf = async (text: string): Promise<ConversationGraph> =>
  ConversationGraph.of(await readTranscript(memorySource(text), CLAUDE_CODE));

async function checked(source: string, copy: string) {
  const found = await graphOf(source);
  return checkCopy(memorySource(copy), LOADERS, found, found);
}

test('a copy that holds what the session holds loses nothing', async () => {
  const check = await checked(SESSION, SESSION);
  expect(lossesOf(check)).toEqual([]);
  expect(isResumable(check)).toBe(true);
});

test('most lines of a file are not left out without saying so', async () => {
  expect(lossesOf(await checked(`${UNREAD}${SESSION}`, SESSION))).toEqual([
    'Most lines of the file cannot be read: they are not in this copy.',
  ]);
  expect(lossesOf(await checked(`${UNREAD}${SESSION}`, `${UNREAD}${SESSION}`))).toEqual([]);
});

test('a message that is not in a copy is missed', async () => {
  const check = await checked(SESSION, lines(conversation(3)));
  expect(check.every(({ missing, loadsLess }) => missing === 1 && loadsLess)).toBe(true);
  expect(lossesOf(check)[0]).toContain('does not load 1 message');
});

test('a copy that loads nothing is not resumed', async () => {
  const check = await checked(SESSION, '{"type":"mode"}\n');
  expect(lossesOf(check)[0]).toContain('loads nothing of this copy');
  expect(isResumable(check)).toBe(false);
});
