/** Builders for small transcripts: only what a test is about is said. */
export interface RecordSpec {
  readonly id: string;
  readonly parent?: string | null;
  readonly type?: 'user' | 'assistant' | 'system' | 'progress' | 'attachment' | 'saved_hook_context';
  readonly content?: unknown;
  readonly messageId?: string;
  readonly extra?: Record<string, unknown>;
  /** Seconds after the start of the session; the position in the list unless given. */
  readonly at?: number;
}

const START = Date.parse('2026-02-01T10:00:00.000Z');
export const SESSION = '11111111-2222-4333-8444-555555555555';

/** A record as the client writes it. */
export function record(spec: RecordSpec, position = 0): Record<string, unknown> {
  const type = spec.type ?? 'user';
  const isMessage = type === 'user' || type === 'assistant';
  return {
    parentUuid: spec.parent ?? null,
    isSidechain: false,
    userType: 'external',
    cwd: '/shop',
    sessionId: SESSION,
    version: '2.1.29',
    gitBranch: 'main',
    type,
    ...(isMessage
      ? {
          message: {
            ...(spec.messageId === undefined ? {} : { id: spec.messageId }),
            role: type,
            content: spec.content ?? `text of ${spec.id}`,
          },
        }
      : {}),
    ...spec.extra,
    uuid: spec.id,
    timestamp: new Date(START + (spec.at ?? position) * 1000).toISOString(),
  };
}

/** Records as lines of a transcript. */
export function lines(specs: readonly RecordSpec[]): string {
  return specs.map((spec, i) => `${JSON.stringify(record(spec, i))}\n`).join('');
}

/** A plain conversation u0 ← a1 ← u2 ← a3 …, one record per message. */
export function conversation(count: number): RecordSpec[] {
  return Array.from({ length: count }, (_, i) => ({
    id: idOf(i),
    parent: i === 0 ? null : idOf(i - 1),
    type: i % 2 === 0 ? 'user' : 'assistant',
    ...(i % 2 === 0 ? {} : { messageId: `msg_${i}`, content: [{ type: 'text', text: `answer ${i}` }] }),
  }));
}

/** A conversation of which two branches grew at the same time, from its fourth message on: four messages each. */
export function twoBranches(): RecordSpec[] {
  const message = (n: number, parent: number): RecordSpec => ({ ...conversation(12)[n], id: idOf(n), parent: idOf(parent) });
  // 4 5 . . 8 9 . . is the older one, . . 6 7 . . 10 11 the newer.
  const parents = [3, 4, 3, 6, 5, 8, 7, 10];
  return [...conversation(4), ...parents.map((parent, i) => message(i + 4, parent))];
}

/** A uuid made of a number. */
export function idOf(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}
