import type { RowKind } from '../../../src/core/session/analysis-types.ts';

/** One record of an invented session. */
export interface FakeRecord {
  readonly uuid: string;
  readonly kind: RowKind;
  readonly label: string;
  readonly text: string;
  readonly tools: readonly string[];
  readonly timestamp: string;
  /** Index of the parent in the file; -1 a root, -2 missing. */
  readonly parent: number;
  readonly sidechain: boolean;
}

export type Scenario = 'damaged' | 'healthy' | 'hostile';

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const PROMPTS = [
  'add the login form and wire it to the session endpoint',
  'now the tests for the expired token, please',
  'why does the second request fail?',
  'rename the module and update all imports',
  'look at the failing build and fix what broke',
];
const ANSWERS = [
  'The session lives in a signed cookie; the handler reads it once per request.',
  'I will look at how the middleware is ordered first.',
  'Two places build the same query. I put it in one function and both call it.',
  'All 48 tests pass. The flaky one waited for a timer that never fired.',
  '',
];
const RESULTS = [
  '48 passed in 2.1 s',
  'export function readSession(request: Request): Session | null {',
  '12 files changed',
  'M src/auth/session.ts',
];
const TOOLS = ['Read', 'Grep', 'Edit', 'Bash', 'Glob', 'Write'];

/** Text that would act if it were ever taken for more than text. */
export const HOSTILE_TEXTS = [
  '<script>globalThis.__ran = true</script>',
  '<img src=x onerror="globalThis.__ran = true">',
  'safe \u202Egnp.exe\u202C <b onmouseover="globalThis.__ran=true">bold</b>',
  '[click](command:workbench.action.terminal.new) javascript:globalThis.__ran=true',
  '\u001b[31mred\u001b[0m \u0007 \u0000 "></div><style>*{display:none}</style>',
  'x'.repeat(199),
  '<svg/onload=globalThis.__ran=true>\u2066\u2069\uFEFF',
];

/** Makes a session of `count` records: turns with parallel tools, subagents, a compaction, and damage if asked. */
export function fakeRecords(count: number, scenario: Scenario): FakeRecord[] {
  const random = seeded(7);
  const pick = <T>(from: readonly T[], fallback: T): T => from[Math.floor(random() * from.length)] ?? fallback;
  const records: FakeRecord[] = [];
  let clock = Date.UTC(2026, 1, 12, 9, 14, 0);
  let main = -1;
  let turn = 0;
  const add = (kind: RowKind, label: string, text: string, parent: number, extra: Partial<FakeRecord> = {}): number => {
    clock += Math.floor(2000 + random() * 40_000);
    const index = records.length;
    const shown = scenario === 'hostile' ? (HOSTILE_TEXTS[index % HOSTILE_TEXTS.length] ?? text) : text;
    const uuid = `${(0x71c20000 + index).toString(16)}-8d1f-4c35-9b0e-${index.toString(16).padStart(12, '0')}`;
    const timestamp = new Date(clock).toISOString();
    records.push({ uuid, kind, label, text: shown, tools: [], timestamp, parent, sidechain: false, ...extra });
    return index;
  };
  while (records.length < count) {
    turn++;
    if (turn % 14 === 4) {
      main = add('boundary', 'compacted', '148k → 12k tokens · 213 messages before are out of the context', -1);
      main = add('summary', 'summary', 'Summary of the conversation so far', main);
      continue;
    }
    if (scenario !== 'healthy' && turn % 11 === 8) {
      main = add('progress', 'Stop hook', 'Stop hook ran for 0.4 s', -2);
    }
    main = add('prompt', 'user', pick(PROMPTS, ''), main);
    const steps = 1 + Math.floor(random() * 4);
    for (let step = 0; step < steps; step++) {
      const tools = Array.from({ length: Math.floor(random() * 4) }, () => pick(TOOLS, 'Read'));
      main = add('assistant', 'assistant', pick(ANSWERS, ''), main, { tools });
      if (tools.length > 0 && random() < 0.25) {
        let side = add('user', 'agent', 'Explore: where is the session kept', main, { sidechain: true });
        for (let i = 0; i < 3; i++)
          side = add(i % 2 === 0 ? 'assistant' : 'tool_result', i % 2 === 0 ? 'agent' : 'tool result', pick(RESULTS, ''), side, {
            sidechain: true,
          });
      }
      for (const tool of tools) main = add('tool_result', 'tool result', `${tool}: ${pick(RESULTS, '')}`, main);
    }
    main = add('assistant', 'assistant', pick(ANSWERS.slice(0, 4), ''), main);
    if (random() < 0.15) add('system', 'system', 'API retry after 529', main);
  }
  return records.slice(0, count);
}
