import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFiles } from './files.ts';
import { damagedSample } from './sample/sample.ts';

/* Writes the committed sample: node test/generator/make-sample.ts */

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'media', 'sample');
const { files, truth } = damagedSample();
await writeFiles(folder, files);
process.stdout.write(
  `${JSON.stringify({ folder, files: files.map(({ path, bytes }) => ({ path, bytes: bytes.length })), truth }, null, 1)}\n`,
);
