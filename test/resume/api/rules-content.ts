/** What the API demands of texts and of thinking. */
import { placedBlocks } from './request.ts';
import { firstOf, issue, type RequestRule } from './rule.ts';

/** Whole groups of four characters; a signature that was cut seldom is. */
const SIGNATURE = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const emptyText: RequestRule = {
  id: 'empty-text',
  refuses: 'a text block that is empty or white space',
  source: `${issue(59812)}, ${issue(23440)}`,
  check: (request) =>
    firstOf(placedBlocks(request), ({ block: { type, text, cache_control: cached }, at }) => {
      if (type !== 'text' || typeof text !== 'string' || text.trim() !== '') return null;
      if (text !== '') return 'messages: text content blocks must contain non-whitespace text';
      // https://github.com/anthropics/claude-code/issues/62379
      return cached === undefined
        ? 'messages: text content blocks must be non-empty'
        : `${at}.text: cache_control cannot be set for empty text blocks`;
    }),
};

export const signedThinking: RequestRule = {
  id: 'thinking-signature',
  refuses: 'thinking without a signature, with one that cannot be, or that says something else than what was signed',
  source: `${issue(71111)}, ${issue(63418)}, https://github.com/lbjlaq/Antigravity-Manager/issues/270`,
  check(request, { signedThinking: signed }) {
    const latest = request.messages.findLastIndex(({ role }) => role === 'assistant');
    return firstOf(placedBlocks(request), ({ block: { type, thinking, signature }, at, message }) => {
      if (type !== 'thinking') return null;
      if (typeof signature !== 'string') return `${at}.thinking.signature: Field required`;
      const original = signed.get(signature);
      if (signature === '' || !SIGNATURE.test(signature)) return `${at}: Invalid \`signature\` in \`thinking\` block`;
      if (original === undefined || original === thinking) return null;
      if (message < latest) return `${at}: Invalid \`signature\` in \`thinking\` block`;
      return (
        `${at}: \`thinking\` or \`redacted_thinking\` blocks in the latest assistant message cannot be modified. ` +
        'These blocks must remain as they were in the original response.'
      );
    });
  },
};

export const finalThinking: RequestRule = {
  id: 'final-thinking',
  // The second source measured it: with a prompt behind it, such an answer is accepted.
  refuses: 'an answer as the last message that ends in thinking',
  source: 'https://github.com/tailcallhq/forgecode/issues/2107, https://github.com/router-for-me/CLIProxyAPI/issues/5321',
  check({ messages }) {
    const i = messages.findLastIndex(({ role }) => role !== 'system');
    const { role, content } = messages[i] ?? { role: '', content: '' };
    const last = typeof content === 'string' ? undefined : content.at(-1);
    const isThinking = last?.type === 'thinking' || last?.type === 'redacted_thinking';
    return role === 'assistant' && isThinking ? `messages.${i}: The final block in an assistant message cannot be \`thinking\`.` : null;
  },
};
