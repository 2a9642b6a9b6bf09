import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
/** In two parts: this file is looked at too. */
const DIRECTIVE = ['lint', 'disable'].join('-');

test('a lint rule that is wrong is changed for all: no file switches one off for itself', async () => {
  const switchedOff = [];
  let count = 0;
  for await (const file of glob('{src,webview,test,scripts}/**/*.{ts,mjs}', { cwd: root })) {
    count += 1;
    if ((await readFile(path.join(root, file), 'utf8')).includes(DIRECTIVE)) switchedOff.push(file);
  }
  expect(count).toBeGreaterThan(0);
  expect(switchedOff).toEqual([]);
});
