import type { BlockName } from '../../formats/format.ts';
import type { ByteInterner } from '../json/byte-interner.ts';
import { BLOCK } from './meanings.ts';

/** Per id of a word what a block of this type is. */
export function blocksByWord(blocks: Readonly<Record<string, BlockName>>, words: ByteInterner): Uint8Array {
  const known = Object.entries(blocks).map(([word, block]) => ({ id: words.internText(word), block: BLOCK[block] }));
  const byWord = new Uint8Array(Math.max(-1, ...known.map(({ id }) => id)) + 1);
  for (const { id, block } of known) byWord[id] = block;
  return byWord;
}

export function bytesOf(text: string | null): Uint8Array | null {
  return text === null ? null : new TextEncoder().encode(text);
}

/** Of no record: a type that is absent is -1. */
export const NO_WORD = -2;

/** The id of a word that a format names; `NO_WORD` where it names none. */
export function wordOf(words: ByteInterner, word: string | null): number {
  return word === null ? NO_WORD : words.internText(word);
}
