import type { Loader } from '../loader.ts';
import { sdkChain } from './chain.ts';
import { SDK_GROWTH } from './growth.ts';

/** `getSessionMessages` of the agent SDK: what its documentation says that a resume loads. */
export const CLAUDE_AGENT_SDK: Loader = {
  id: 'claude-agent-sdk',
  title: 'the documented loader',
  agent: 'claude-code',
  versions: ['0.3.329'],
  source: 'docs/findings.md#how-a-resume-is-simulated',
  chain: sdkChain,
  growth: SDK_GROWTH,
};
