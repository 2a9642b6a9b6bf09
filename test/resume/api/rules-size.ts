/** How large a request may be. */
import type { RequestRule } from './rule.ts';
import { imageTokens } from './rules-media.ts';
import type { ApiRequest } from './request.ts';
import { issue } from './rule.ts';

/** https://platform.claude.com/docs/en/about-claude/glossary#tokens says so of English. */
const CHARACTERS_PER_TOKEN = 3.5;

export const requestBytes: RequestRule = {
  id: 'request-bytes',
  refuses: 'a request of more than 32 MB',
  source: `https://platform.claude.com/docs/en/api/errors, ${issue(8092)}`,
  status: 413,
  check: (request, { requestBytes: most }) => (JSON.stringify(request).length > most ? 'Request exceeds the maximum size' : null),
};

export const promptTokens: RequestRule = {
  id: 'prompt-tokens',
  refuses: 'a prompt that is too long for the model',
  source: `${issue(7866)}, https://portkey.ai/error-library/input-length-error-10153`,
  check(request, { promptTokens: most }) {
    const tokens = estimateTokens(request);
    return tokens > most ? `prompt is too long: ${tokens} tokens > ${most} maximum` : null;
  },
};

/** Tokens of a request, roughly: by the characters of its texts, and by the size of its pictures. */
export function estimateTokens({ messages, system, tools }: ApiRequest): number {
  let characters = 0;
  let ofImages = 0;
  const visit = (value: unknown): void => {
    if (typeof value === 'string') characters += value.length;
    else if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const { type, data } = value as Record<string, unknown>;
      if (type === 'base64' && typeof data === 'string') ofImages += imageTokens(data);
      else Object.values(value).forEach(visit);
    }
  };
  visit([messages, system, tools]);
  return Math.ceil(characters / CHARACTERS_PER_TOKEN) + ofImages;
}
