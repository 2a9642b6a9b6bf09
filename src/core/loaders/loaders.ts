import { CLAUDE_AGENT_SDK } from './claude-agent-sdk/loader.ts';
import { CLAUDE_CODE } from './claude-code/loader.ts';
import type { Loaders } from './loader.ts';

/** Every loader that Riff knows; a new one is a folder beside this file and an entry here. */
export const LOADERS: Loaders = { list: [CLAUDE_CODE, CLAUDE_AGENT_SDK], primary: CLAUDE_CODE.id, isChosen: false };
