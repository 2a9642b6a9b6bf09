import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadedMessages } from '../generator/loader-model.ts';
import { readLines, relinked, textOf } from '../generator/reading.ts';
import { damagedSample, healthySample } from '../generator/sample/sample.ts';

const FOLDER = fileURLToPath(new URL('../../media/sample', import.meta.url));

describe('the sample', () => {
  test('is committed as it is made', async () => {
    const made = damagedSample();
    for (const { path, bytes } of made.files) {
      const committed = await readFile(join(FOLDER, path));
      expect(committed.equals(bytes), `${path} differs: run node test/generator/make-sample.ts`).toBe(true);
    }
    const committed = (await readdir(FOLDER, { recursive: true }))
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => name.replaceAll('\\', '/'));
    expect(committed.sort()).toEqual(made.files.map((file) => file.path).sort());
  });

  test('is healthy before it is damaged', () => {
    const session = healthySample();
    expect(loadedMessages(textOf(session.files[0])).sort()).toEqual(session.visible.map((message) => message.uuid).sort());
  });

  test('has three orphans, two of them Stop hooks, and a line with two records', () => {
    const { files, truth } = damagedSample();
    const lines = readLines(files[0]);
    expect(truth.map((each) => each.expectedCode)).toEqual([
      'line-concatenated',
      'orphan-parent-missing',
      'orphan-parent-missing',
      'orphan-parent-missing',
    ]);
    const hooks = truth.filter((each) => {
      const data = lines[each.line - 1]?.record?.['data'];
      return typeof data === 'object' && data !== null && 'hookEvent' in data && data.hookEvent === 'Stop';
    });
    expect(hooks).toHaveLength(2);
  });

  test('loads only its tail as it is, and nearly all after repair', () => {
    const { files, truth } = damagedSample();
    const healthy = healthySample().visible.length;
    const parents = new Map(truth.filter((each) => each.missingUuid !== null).map((each) => [each.uuid ?? '', each.trueParent]));
    const repaired = relinked(files[0], parents).replaceAll('}{"type":"file-history-snapshot"', '}\n{"type":"file-history-snapshot"');
    expect(loadedMessages(textOf(files[0])).length).toBeLessThan(healthy * 0.1);
    expect(loadedMessages(repaired).length).toBe(healthy - 3);
  });
});
