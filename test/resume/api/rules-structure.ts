/** What the API demands of roles, ids, and of calls and their results. */
import { contentBlocks, placedBlocks, type ApiRequest, type Block, type PlacedBlock } from './request.ts';
import { firstOf, issue, type RequestRule } from './rule.ts';

const TOOL_ID = /^[a-zA-Z0-9_-]+$/;
const SERVER_TOOL_ID = /^srvtoolu_[a-zA-Z0-9_]+$/;
const SERVER_TOOLS_PAGE = 'https://platform.claude.com/docs/en/agents-and-tools/tool-use/server-tools';

/** Result of a tool that the API runs itself: `web_search_tool_result`, `advisor_tool_result`, and so on. */
const isServerResult = ({ type }: Block): boolean => type.endsWith('_tool_result');

export const roles: RequestRule = {
  id: 'roles',
  refuses: 'a role other than user, assistant or system; nothing but system messages',
  source: 'https://platform.claude.com/docs/en/api/messages',
  check({ messages }) {
    const known = ['user', 'assistant', 'system'];
    const other = messages.findIndex(({ role }) => !known.includes(role));
    if (other >= 0) return `messages.${other}.role: Input should be 'user' or 'assistant'`;
    if (messages.every(({ role }) => role === 'system')) return 'messages: at least one message is required';
    return null;
  },
};

export const emptyMessages: RequestRule = {
  id: 'empty-message',
  refuses: 'a message without content',
  source: 'https://github.com/buremba/sub-bridge/releases/tag/v1.2.4',
  check({ messages }) {
    const at = messages.findIndex(({ role, content }) => role !== 'system' && content.length === 0);
    return at < 0 ? null : `messages.${at}: all messages must have non-empty content except for the optional final assistant message`;
  },
};

export const toolIds: RequestRule = {
  id: 'tool-id',
  refuses: 'a call’s or a result’s id with other characters than letters, digits, _ and -',
  source: 'https://github.com/CommandCodeAI/command-code/issues/323',
  check: (request) =>
    firstOf(placedBlocks(request), ({ block, at }) => {
      const field = { tool_use: 'id', tool_result: 'tool_use_id' }[block.type];
      if (field === undefined || TOOL_ID.test(text(block[field]))) return null;
      return `${at}.${block.type}.${field}: String should match pattern '${TOOL_ID.source}'`;
    }),
};

export const serverToolIds: RequestRule = {
  id: 'server-tool-id',
  refuses: 'the id of a call that the API ran itself, made by another provider',
  source: 'https://github.com/ding113/claude-code-hub/issues/470',
  check: (request) =>
    firstOf(placedBlocks(request), ({ block, at }) =>
      block.type !== 'server_tool_use' || SERVER_TOOL_ID.test(text(block['id']))
        ? null
        : `${at}.server_tool_use.id: String should match pattern '${SERVER_TOOL_ID.source}'`,
    ),
};

export const toolInput: RequestRule = {
  id: 'tool-input',
  refuses: 'input of a call that is not an object',
  source: 'https://platform.claude.com/docs/en/api/messages (the error is quoted by many programs that mend it)',
  check: (request) =>
    firstOf(placedBlocks(request), ({ block: { type, input }, at }) => {
      if (type !== 'tool_use' && type !== 'server_tool_use') return null;
      return typeof input === 'object' && input !== null && !Array.isArray(input) ? null : `${at}.${type}.input: Input should be an object`;
    }),
};

export const toolRoles: RequestRule = {
  id: 'tool-role',
  refuses: 'a call in the user’s message, a result in the assistant’s',
  source: 'https://github.com/tghamm/Anthropic.SDK/issues/128',
  check: (request) =>
    firstOf(placedBlocks(request), ({ block: { type }, message, role }) => {
      if (type === 'tool_result' && role === 'assistant')
        return `messages.${message}: \`tool_result\` blocks can only be in \`user\` messages`;
      const isCall = type === 'tool_use' || type === 'server_tool_use';
      return isCall && role === 'user' ? `messages.${message}: \`${type}\` blocks can only be in \`assistant\` messages` : null;
    }),
};

export const uniqueCalls: RequestRule = {
  id: 'duplicate-call',
  refuses: 'two calls with one id',
  source: issue(20901),
  check(request) {
    const seen = new Set<string>();
    return firstOf(placedBlocks(request), ({ block, at }) => {
      if (block.type !== 'tool_use' && block.type !== 'server_tool_use') return null;
      const id = text(block['id']);
      if (seen.has(id)) return `${at}: \`tool_use\` ids must be unique`;
      seen.add(id);
      return null;
    });
  },
};

export const uniqueResults: RequestRule = {
  id: 'duplicate-result',
  refuses: 'two results of one call',
  source: 'https://github.com/JohnnyZ93/oai-compatible-copilot/issues/270',
  check: (request) =>
    inTurns(request, (blocks) => {
      const seen = new Set<string>();
      return firstOf(results(blocks), ({ block, at }) => {
        const id = text(block['tool_use_id']);
        if (seen.has(id)) return `${at}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`;
        seen.add(id);
        return null;
      });
    }),
};

export const callsAnswered: RequestRule = {
  id: 'call-without-result',
  refuses: 'a call without a result in the next message',
  source: issue(7796),
  check: (request) =>
    inTurns(request, (blocks, { next }) => {
      const answered = new Set(
        (next ?? []).filter(({ block }) => block.type === 'tool_result').map(({ block }) => text(block['tool_use_id'])),
      );
      const open = blocks.filter(({ block }) => block.type === 'tool_use' && !answered.has(text(block['id'])));
      const [first] = open;
      if (first === undefined) return null;
      const ids = open.map(({ block }) => text(block['id'])).join(', ');
      return (
        `messages.${first.message}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}. ` +
        'Each `tool_use` block must have a corresponding `tool_result` block in the next message.'
      );
    }),
};

export const resultsCalled: RequestRule = {
  id: 'result-without-call',
  refuses: 'a result without its call in the message before',
  source: issue(12692),
  check: (request) =>
    inTurns(request, (blocks, { before }) => {
      const made = new Set((before ?? []).filter(({ block }) => block.type === 'tool_use').map(({ block }) => text(block['id'])));
      return firstOf(results(blocks), ({ block, at }) => {
        const id = text(block['tool_use_id']);
        if (made.has(id)) return null;
        return (
          `${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ` +
          'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.'
        );
      });
    }),
};

export const serverResultsCalled: RequestRule = {
  id: 'server-result-without-call',
  refuses: 'the result of a tool that the API runs itself without its call before it in the same message',
  source: `${issue(65384)}, ${issue(89348)} and a dozen more`,
  check: (request) =>
    inTurns(request, (blocks) => {
      const made = new Set<string>();
      return firstOf(blocks, ({ block, at }) => {
        if (block.type === 'server_tool_use') made.add(text(block['id']));
        const id = text(block['tool_use_id']);
        if (block.type === 'tool_result' || !isServerResult(block) || made.has(id)) return null;
        return (
          `${at}: unexpected \`tool_use_id\` found in \`${block.type}\` blocks: ${id}. ` +
          `Each \`${block.type}\` block must have a corresponding \`server_tool_use\` block before it.`
        );
      });
    }),
};

export const serverCallsAnswered: RequestRule = {
  id: 'server-call-without-result',
  refuses: 'a call of a tool that the API runs itself without its result in the same message',
  source: SERVER_TOOLS_PAGE,
  check: (request) =>
    inTurns(request, (blocks, { next, afterNext }) => {
      // The API makes the call now, where nothing but the results of other calls has come since.
      const isUnderWay = next === null || (afterNext === null && next.every(({ block }) => block.type === 'tool_result'));
      const answered = new Set(blocks.filter(({ block }) => isServerResult(block)).map(({ block }) => text(block['tool_use_id'])));
      if (isUnderWay) return null;
      return firstOf(blocks, ({ block, message }) => {
        if (block.type !== 'server_tool_use' || answered.has(text(block['id']))) return null;
        const name = text(block['name']);
        return `messages.${message}: \`${name}\` tool use with id \`${text(block['id'])}\` was found without a corresponding \`${name}_tool_result\` block`;
      });
    }),
};

function results(blocks: readonly PlacedBlock[]): PlacedBlock[] {
  return blocks.filter(({ block, role }) => block.type === 'tool_result' && role === 'user');
}

/** The turns around one; null where there is none. */
interface Neighbours {
  readonly before: readonly PlacedBlock[] | null;
  readonly next: readonly PlacedBlock[] | null;
  readonly afterNext: readonly PlacedBlock[] | null;
}

/** Checks each turn: neighbours of one role are one message for the API, and system messages stand beside the talk. */
function inTurns(
  { messages }: ApiRequest,
  check: (blocks: readonly PlacedBlock[], neighbours: Neighbours) => string | null,
): string | null {
  const turns: { role: string; blocks: PlacedBlock[] }[] = [];
  messages.forEach(({ role, content }, message) => {
    if (role === 'system') return;
    const blocks = contentBlocks(content).map((block, i) => ({ block, at: `messages.${message}.content.${i}`, message, role }));
    const last = turns.at(-1);
    if (last?.role === role) last.blocks.push(...blocks);
    else turns.push({ role, blocks });
  });
  const blocksOf = (i: number): readonly PlacedBlock[] | null => turns[i]?.blocks ?? null;
  return firstOf([...turns.keys()], (i) =>
    check(blocksOf(i) ?? [], { before: blocksOf(i - 1), next: blocksOf(i + 1), afterNext: blocksOf(i + 2) }),
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
