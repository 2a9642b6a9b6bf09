import type { Loader } from '../loader.ts';
import { refusalsBy } from '../request.ts';
import { sdkChain } from './chain.ts';
import { SDK_GROWTH } from './growth.ts';
import { SDK_RULES, sdkRequest } from './request.ts';

/** `getSessionMessages` of the agent SDK: what its documentation says that a resume loads. */
export const CLAUDE_AGENT_SDK: Loader = {
  id: 'claude-agent-sdk',
  title: 'Claude Agent SDK',
  manner: 'ends a chain at each gap and goes on from the message that stands last',
  agent: 'claude-code',
  versions: ['0.3.329'],
  source: 'docs/findings.md#how-a-resume-is-simulated',
  effectKey: null,
  writers: ['sdk-'],
  chain: sdkChain,
  request: sdkRequest,
  refusals: (graph, request) => refusalsBy(SDK_RULES, graph, request),
  isReference: true,
  growth: SDK_GROWTH,
};
