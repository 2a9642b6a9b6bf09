import type { Loader } from '../loader.ts';
import { clientChain } from './chain.ts';
import { CLIENT_GROWTH } from './growth.ts';

/** Claude Code as it is today, learnt from what it sends. */
export const CLAUDE_CODE: Loader = {
  id: 'claude-code',
  title: "today's client",
  agent: 'claude-code',
  versions: ['2.1.329'],
  source: 'docs/resume.md#what-todays-client-does',
  chain: clientChain,
  growth: CLIENT_GROWTH,
};
