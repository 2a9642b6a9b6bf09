import { expect, it } from 'vitest';
import { DEFAULT_CHOICE } from '../../../src/core/arrangement/arrangement.ts';
import { FIRST_CHOICE } from '../../../webview/page/arranging.ts';

it('a page shows at first what the worker arranges for it before it has said what', () => {
  expect(FIRST_CHOICE).toEqual(DEFAULT_CHOICE);
});
