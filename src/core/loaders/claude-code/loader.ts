import type { Loader } from '../loader.ts';
import { refusalsBy } from '../request.ts';
import { clientChain } from './chain.ts';
import { CLIENT_GROWTH } from './growth.ts';
import { CLIENT_RULES, clientRequest } from './request.ts';

/** Claude Code as it is today, learnt from what it sends. */
export const CLAUDE_CODE: Loader = {
  id: 'claude-code',
  title: 'Claude Code',
  manner: 'goes its own way at gaps and at the end of a file',
  agent: 'claude-code',
  versions: ['2.1.329', '2.1.332'],
  source: 'docs/resume.md#what-todays-client-does',
  effectKey: 'client',
  writers: [],
  chain: clientChain,
  request: clientRequest,
  refusals: (graph, request) => refusalsBy(CLIENT_RULES, graph, request),
  isReference: false,
  growth: CLIENT_GROWTH,
};
