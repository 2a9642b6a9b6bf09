import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLAUDE_CODE } from '../../../src/core/loaders/claude-code/loader.ts';
import type { SentMessage } from '../../resume/api/request.ts';
import { QUESTION, type Resumed } from '../../resume/client.ts';
import { gatherReports } from '../../resume/field-reports.ts';
import { CLIENT_VERSION } from '../../resume/install.ts';
import { outcomeOf, outcomeText } from '../../resume/outcome.ts';
import { kindOf, missing, saidBlocks } from '../../resume/said-blocks.ts';

const A = '11111111-2222-4333-8444-555555555555';
const B = '21111111-2222-4333-8444-555555555555';
const REFUSAL = { rule: 'image-data', status: 400, message: 'Could not process image' };
const PICTURE = { type: 'image', source: {} };
const WORDS = { type: 'text', text: 'w' };

function resumed(exchanges: Resumed['exchanges'], status: number | null, output = ''): Resumed {
  return { messages: exchanges[0]?.messages ?? null, exchanges, status, output, fileAfter: '' };
}

const sent = (...content: Exclude<SentMessage['content'], string>): SentMessage[] => [{ role: 'user', content }];

describe('the pinned client', () => {
  it('is one that its loader was held to', () => {
    expect(CLAUDE_CODE.versions).toContain(CLIENT_VERSION);
  });
});

describe('reports from the field', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'riff-reports-'));
    const put = async (...path: string[]): Promise<void> => {
      const file = join(directory, ...path);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, '');
    };
    await put('README.md');
    await put('one', `${B}.jsonl`);
    await put('one', `${A}.jsonl`);
    await put('one', `${A} (conflicted copy).jsonl`);
    await put('one', 'agent-a1.jsonl');
    await put('two-projects', '-home-a', `${A}.jsonl`);
    await put('two-projects', '-home-b', `${A}.jsonl`);
    await put('file-gone', A, 'subagents', 'agent-a1.jsonl');
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('are folders with sessions, whose files may be gone', async () => {
    const found = await gatherReports(directory);
    expect(found.map(({ report, project, sessionId }) => [report, project, sessionId])).toEqual([
      ['file-gone', null, A],
      ['one', null, A],
      ['one', null, B],
      ['two-projects', '-home-a', A],
      ['two-projects', '-home-b', A],
    ]);
  });
});

describe('what becomes of a request', () => {
  it('is told when it is accepted, refused, or never sent', () => {
    expect(outcomeOf(resumed([{ messages: sent(WORDS), refusal: null }], 0)).kind).toBe('accepted');
    expect(outcomeOf(resumed([{ messages: sent(WORDS), refusal: REFUSAL }], 1))).toMatchObject({
      kind: 'refused',
      rule: 'image-data',
      status: 1,
    });
    expect(outcomeOf(resumed([], 1, 'No conversation found'))).toMatchObject({ kind: 'not-sent', error: 'No conversation found' });
  });

  it('is told with what the client left out', () => {
    const outcome = outcomeOf(
      resumed(
        [
          { messages: sent(WORDS, PICTURE, { type: 'tool_result', tool_use_id: 't', content: [PICTURE] }), refusal: REFUSAL },
          { messages: sent(WORDS, WORDS, { type: 'tool_result', tool_use_id: 't', content: [] }), refusal: null },
        ],
        0,
      ),
    );
    expect(outcome).toMatchObject({ kind: 'accepted-with-less', dropped: ['2 image'], added: ['1 text'] });
    expect(outcomeText(outcome)).toBe('refused (image-data), then accepted without 2 image, with 1 text more');
  });
});

describe('what a request says', () => {
  it('is the same whatever its ids and the order of its keys', () => {
    const one = saidBlocks(sent({ type: 'tool_use', id: 'a', name: 'Bash', input: { x: 1, y: 2 } }));
    const other = saidBlocks(sent({ input: { y: 2, x: 1 }, name: 'Bash', id: 'b', type: 'tool_use', cache_control: {} }));
    expect(one).toEqual(other);
    expect(one.map(kindOf)).toEqual(['tool_use']);
  });

  it('is not what the client adds', () => {
    const own = ['<system-reminder>x</system-reminder>', QUESTION, ' ', 'No response requested.'];
    const messages: SentMessage[] = [...sent(...own.map((text) => ({ type: 'text', text }))), { role: 'system', content: 's' }];
    expect(saidBlocks(messages)).toEqual([]);
  });

  it('counts what is said twice', () => {
    expect(missing(['a', 'a', 'b'], ['b', 'a'])).toEqual(['a']);
  });
});
