import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, root } from '../../scripts/bootstrap.mjs';

/**
 * Puts text between the two marks of a section: `<!-- NAME -->` and `<!-- end of NAME -->`.
 * @param document name of a file in docs
 * @throws Failure when the document has no such marks
 */
export async function writeSection(document: string, name: string, text: string): Promise<void> {
  const file = path.join(root, 'docs', document);
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const before = await readFile(file, 'utf8');
  const [head, tail] = [before.split(start)[0], before.split(end)[1]];
  if (head === undefined || tail === undefined) throw new Failure(`docs/${document} has lost its marks for the section ${name}.`);
  await writeFile(file, `${head}${start}\n\n${text}\n\n${end}${tail}`);
}
