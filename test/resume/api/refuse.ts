/** Refuses requests as the API does, in its order: size, what single fields hold, what belongs together, what content says. */
import type { ApiRequest } from './request.ts';
import type { ApiLimits, RequestRule } from './rule.ts';
import { emptyText, finalThinking, signedThinking } from './rules-content.ts';
import { imageBytes, imageData, imagePixels, pdfData } from './rules-media.ts';
import { promptTokens, requestBytes } from './rules-size.ts';
import {
  callsAnswered,
  emptyMessages,
  resultsCalled,
  roles,
  serverCallsAnswered,
  serverResultsCalled,
  serverToolIds,
  toolIds,
  toolInput,
  toolRoles,
  uniqueCalls,
  uniqueResults,
} from './rules-structure.ts';

/** All that is refused, in the order in which it is looked at. */
export const REQUEST_RULES: readonly RequestRule[] = [
  requestBytes,
  roles,
  toolIds,
  serverToolIds,
  toolInput,
  emptyMessages,
  emptyText,
  toolRoles,
  uniqueCalls,
  uniqueResults,
  resultsCalled,
  callsAnswered,
  serverResultsCalled,
  serverCallsAnswered,
  signedThinking,
  finalThinking,
  imageData,
  imageBytes,
  imagePixels,
  pdfData,
  promptTokens,
];

/** An answer of the API that is an error. */
export interface Refusal {
  /** Id of the rule. */
  readonly rule: string;
  readonly status: number;
  readonly message: string;
}

/** For a body that is no request at all. @param path where it is not, as `messages.1.content` */
export function misshapen(path: string): Refusal {
  return { rule: 'shape', status: 400, message: `${path}: Input should be a valid list` };
}

/** @returns null for a request that is accepted */
export function refuse(request: ApiRequest, limits: ApiLimits): Refusal | null {
  for (const rule of REQUEST_RULES) {
    const message = rule.check(request, limits);
    if (message !== null) return { rule: rule.id, status: rule.status ?? 400, message };
  }
  return null;
}

/** The body of the answer, as the API words it. */
export function errorBody({ status, message }: Refusal): string {
  const type = status === 413 ? 'request_too_large' : 'invalid_request_error';
  return JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_mock01' });
}
