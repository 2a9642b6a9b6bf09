import { glob } from 'node:fs/promises';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');

/** Source files of the program and its page, as paths from the root of the checkout with `/`, in order. */
export async function sourceFiles(): Promise<string[]> {
  const files = [];
  for await (const file of glob('{src,webview}/**/*.{ts,css}', { cwd: root })) files.push(file.replaceAll(path.sep, '/'));
  return files.sort();
}
