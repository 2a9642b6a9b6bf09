import type { RequestRule } from '../request.ts';
import { INPUT_OBJECTS, TOOL_IDS } from './ids.ts';
import { DOCUMENTS_READABLE, PICTURE_BYTES, PICTURE_PIXELS, PICTURES_READABLE } from './media.ts';
import { SERVER_CALLS_ANSWERED, SERVER_IDS, SERVER_RESULTS_CALLED } from './server-tools.ts';
import { PROMPTS_NOT_EMPTY, TEXTS_NOT_BLANK, TEXTS_NOT_EMPTY, THINKING_SIGNED } from './texts.ts';
import { RESULTS_BY_USER } from './tool-pairs.ts';

/** What no loader sees to: what blocks hold is sent as it stands in the file. */
export const CONTENT_RULES: readonly RequestRule[] = [
  TOOL_IDS,
  SERVER_IDS,
  INPUT_OBJECTS,
  PROMPTS_NOT_EMPTY,
  TEXTS_NOT_EMPTY,
  TEXTS_NOT_BLANK,
  RESULTS_BY_USER,
  SERVER_RESULTS_CALLED,
  SERVER_CALLS_ANSWERED,
  THINKING_SIGNED,
  PICTURES_READABLE,
  PICTURE_BYTES,
  PICTURE_PIXELS,
  DOCUMENTS_READABLE,
];
