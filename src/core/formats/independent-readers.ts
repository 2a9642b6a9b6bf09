import { ReferenceLoader } from './claude-code/reference-loader.ts';
import type { IndependentReader } from './format.ts';

/** Readers that check a written copy without sharing code with index and graph, by id of the format. */
const READERS: Readonly<Record<string, () => IndependentReader>> = { 'claude-code': () => new ReferenceLoader() };

/** @throws RangeError for an id that no format has */
export function independentReader(format: string): IndependentReader {
  const create = READERS[format];
  if (create === undefined) throw new RangeError(`there is no format ${format}`);
  return create();
}
