import { withPrimary } from '../../src/core/loaders/loader.ts';
import { LOADERS } from '../../src/core/loaders/loaders.ts';

/** For damage that Claude Code steps over by itself: a gap of a second, say. */
export const JUDGED_BY_SDK = withPrimary(LOADERS, 'claude-agent-sdk');
