import type { FileLayout } from '../format.ts';

/** `~/.claude/projects/<folder>/<session id>.jsonl`, with `<session id>/subagents/agent-<id>.jsonl` beside it. */
export const files: FileLayout = {
  directory: { variable: 'CLAUDE_CONFIG_DIR', home: '.claude' },
  projects: 'projects',
  ending: '.jsonl',
  agentFolder: 'subagents',
  agentStart: 'agent-',
  running: { folder: 'sessions', ending: '.json', process: 'pid', session: 'sessionId' },
};
