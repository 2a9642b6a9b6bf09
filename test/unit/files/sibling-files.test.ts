import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentFile, sessionFile } from '../../../src/files/sibling-files.ts';

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'riff-siblings-'));
  for (const path of [
    's.jsonl',
    's/subagents/agent-a.jsonl',
    's/subagents/workflows/run/agent-b.jsonl',
    'agent-old.jsonl',
    'other/subagents/agent-x.jsonl',
  ]) {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), '');
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("an agent's file is found among those of its session, and nowhere else", async () => {
  expect(await agentFile(at('s.jsonl'), 'a')).toBe(at('s/subagents/agent-a.jsonl'));
  expect(await agentFile(at('s.jsonl'), 'b')).toBe(at('s/subagents/workflows/run/agent-b.jsonl'));
  expect(await agentFile(at('s.jsonl'), 'old')).toBe(at('agent-old.jsonl'));
  for (const strange of ['x', '', '../../other/subagents/agent-x', 'a.jsonl']) expect(await agentFile(at('s.jsonl'), strange)).toBeNull();
});

test('an agent leads back to its session', async () => {
  expect(await sessionFile(at('s/subagents/agent-a.jsonl'), 'whatever')).toBe(at('s.jsonl'));
  expect(await sessionFile(at('s/subagents/workflows/run/agent-b.jsonl'), 'whatever')).toBe(at('s.jsonl'));
  expect(await sessionFile(at('agent-old.jsonl'), 's')).toBe(at('s.jsonl'));
  expect(await sessionFile(at('agent-old.jsonl'), '../s')).toBeNull();
});
