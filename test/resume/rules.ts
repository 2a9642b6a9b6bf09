import { content, parallel, tools } from './rules-answers.ts';
import { gaps, leaf, records } from './rules-chain.ts';
import { compaction, damagedLines, large, repairs } from './rules-files.ts';
import type { Topic } from './small.ts';

/** What today's client does, as small sessions: the client is asked, and the model of it is held to the same. */
export const TOPICS: readonly Topic[] = [leaf, gaps, records, compaction, parallel, tools, content, damagedLines, large, repairs];
