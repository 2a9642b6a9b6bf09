import { expect, test } from 'vitest';
import { ENGLISH_GRAPH_STRINGS } from '../../../src/protocol/strings.ts';
import { KEY_BINDINGS } from '../../../webview/keys/key-bindings.ts';

const keys = KEY_BINDINGS.flatMap((binding) => binding.keys);

test('no key means two things, and none is the beginning of another', () => {
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(keys.filter((other) => other.startsWith(`${key} `))).toEqual([]);
});

test('each key is explained in words of its own', () => {
  const words: readonly string[] = KEY_BINDINGS.map(({ label }) => ENGLISH_GRAPH_STRINGS[label]);
  expect(words).not.toContain('');
  expect(new Set(words).size).toBe(words.length);
});

test('what the documents promise is there', () => {
  const promised = [
    'j',
    'k',
    'ArrowDown',
    'ArrowUp',
    'g g',
    'G',
    'o',
    'd',
    'm',
    'r',
    'u',
    '/',
    'Enter',
    'q',
    '?',
    'n',
    'N',
    'x',
    't',
    'p',
    'F',
  ];
  for (const key of promised) expect(keys).toContain(key);
});
