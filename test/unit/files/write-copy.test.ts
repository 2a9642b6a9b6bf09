import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { filePorts } from '../../../src/files/file-analysis.ts';
import { writeCopy } from '../../../src/files/copies/write-copy.ts';
import { SESSION, conversation, lines } from '../../support/records.ts';

const NEW_ID = '99999999-8888-4777-8666-555555555555';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'riff-copy-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Reads a session and plans its copy; the copy is written when the returned function is called. */
async function plannedCopy(): Promise<{ source: string; target: string; write: () => Promise<void> }> {
  const source = join(folder, `${SESSION}.jsonl`);
  const target = join(folder, `${NEW_ID}.jsonl`);
  await writeFile(source, lines(conversation(6)));
  const session = await SessionAnalysis.open(filePorts(source));
  const transcript = await session.sync.fingerprint();
  const patch = await session.copies.patch(NEW_ID);
  const result = await session.copies.expectation(NEW_ID);
  return { source, target, write: () => writeCopy(source, target, patch, { transcript, result }) };
}

test('a copy has the session under its new id, and nothing else is left in the folder', async () => {
  const { source, target, write } = await plannedCopy();
  await write();
  expect(await readFile(target, 'utf8')).toBe((await readFile(source, 'utf8')).replaceAll(SESSION, NEW_ID));
  expect(await readdir(folder)).toHaveLength(2);
});

test('a source of the same size and other bytes is refused, and nothing is written', async () => {
  const { source, write } = await plannedCopy();
  const at = (await readFile(source, 'utf8')).indexOf('"content":"') + '"content":"'.length;
  const file = await open(source, 'r+');
  await file.write('#', at);
  await file.close();
  await expect(write()).rejects.toMatchObject({ code: 'source-changed' });
  expect(await readdir(folder)).toEqual([`${SESSION}.jsonl`]);
});

test('a source that has grown is refused', async () => {
  const { source, write } = await plannedCopy();
  await writeFile(source, '{}\n', { flag: 'a' });
  await expect(write()).rejects.toMatchObject({ code: 'source-changed' });
});

test('a file that is there already is never replaced', async () => {
  const { target, write } = await plannedCopy();
  await writeFile(target, 'mine');
  await expect(write()).rejects.toMatchObject({ code: 'exists' });
  expect(await readFile(target, 'utf8')).toBe('mine');
  expect(await readdir(folder)).toHaveLength(2);
});
