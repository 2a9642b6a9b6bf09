import { describe, expect, test } from 'vitest';
import { damage, type DamagedSession } from '../generator/damage/damage.ts';
import { DAMAGE_CLASSES, ImpossibleDamage, parseDamage, type DamageClass, type DamageSpec } from '../generator/damage/spec.ts';
import { loadedMessages } from '../generator/loader-model.ts';
import { danglingIn, readLines, recordsOf, relinked, textOf } from '../generator/reading.ts';
import { generateSession } from '../generator/session.ts';
import { CLIENTS, type Client, type GeneratedSession, type Json } from '../generator/types.ts';

const SEEDS = Array.from({ length: 6 }, (_, i) => i + 1);

interface Case {
  readonly healthy: GeneratedSession;
  readonly damaged: DamagedSession;
}

const made = new Map<string, GeneratedSession>();

function healthySession(client: Client, seed: number, compactions: number): GeneratedSession {
  const key = `${client} ${seed} ${compactions}`;
  const session =
    made.get(key) ?? generateSession({ seed, client, records: 260, targetBytes: 260_000, features: { compactions, rewinds: 0 } });
  made.set(key, session);
  return session;
}

/** Sessions with the damage, for every seed and client that has a place for it. */
function cases(specs: readonly DamageSpec[], clients: readonly Client[] = CLIENTS, compactions = 0): Case[] {
  const out = clients.flatMap((client) =>
    SEEDS.flatMap((seed): Case[] => {
      const healthy = healthySession(client, seed, compactions);
      try {
        return [{ healthy, damaged: damage(healthy, specs, seed) }];
      } catch (error) {
        if (error instanceof ImpossibleDamage) return [];
        throw error;
      }
    }),
  );
  expect(out.length).toBeGreaterThan(SEEDS.length / 2);
  return out;
}

const one = (name: DamageClass): DamageSpec[] => [{ class: name }];

/** The nearest ancestor that is left in the file and no progress, by the healthy session. */
function ancestor(healthy: GeneratedSession, left: ReturnType<typeof recordsOf>, uuid: string): string | null {
  const original = recordsOf(readLines(healthy.files[0]));
  let at = original.get(uuid)?.record['parentUuid'];
  while (typeof at === 'string') {
    const record = original.get(at)?.record;
    if (record?.['type'] !== 'progress' && left.has(at)) return at;
    at = record?.['parentUuid'];
  }
  return null;
}

describe('damage on demand', () => {
  test('is the same for the same seed', () => {
    const session = generateSession({ seed: 3, records: 300 });
    const specs = parseDamage('A2:3,E3,A1,D3');
    expect(damage(session, specs, 1)).toEqual(damage(session, specs, 1));
    expect(damage(session, specs, 2).truth).not.toEqual(damage(session, specs, 1).truth);
  });

  test('leaves a session as it was when nothing is wanted', () => {
    const session = generateSession({ seed: 3, records: 300 });
    const { files, truth } = damage(session, [], 1);
    expect(truth).toEqual([]);
    expect(files.map((file) => textOf(file))).toEqual(session.files.map((file) => textOf(file)));
  });

  // A line of 12 MB has a test of its own.
  test.each(DAMAGE_CLASSES.filter((name) => name !== 'E8'))('%s: the truth stands on the line of its record', (name) => {
    for (const { damaged } of cases(
      one(name),
      name === 'A3' || name === 'A6' ? ['2.1.29'] : name === 'F4' ? ['2.1.217'] : CLIENTS,
      name === 'A3' ? 1 : 0,
    )) {
      const lines = readLines(damaged.files[0]);
      expect(damaged.truth.some((truth) => truth.class === name)).toBe(true);
      for (const truth of damaged.truth) {
        const line = lines[truth.line - 1];
        expect(line).toBeDefined();
        if (truth.uuid !== null && name !== 'E6') expect(line?.text).toContain(`"uuid":"${truth.uuid}"`);
      }
    }
  });

  test('names every orphan and its nearest surviving ancestor', () => {
    for (const spec of ['A1:2', 'A2:3', 'A2/run', 'E2:2', 'E5:2', 'A1,A2:2,E2,E5']) {
      for (const { healthy, damaged } of cases(parseDamage(spec))) {
        // A spliced line holds its record after the torn one: only a reader that recovers it sees the parent.
        const lines = readLines(damaged.files[0]).map((line) => ({ ...line, record: line.record ?? tail(line.text) }));
        const orphans = damaged.truth.filter((truth) => truth.missingUuid !== null);
        expect(orphans.map((truth) => truth.uuid).sort()).toEqual(danglingIn(lines).sort());
        for (const truth of orphans) expect(truth.trueParent).toBe(ancestor(healthy, recordsOf(lines), truth.uuid ?? ''));
      }
    }
  });

  test('A2: hanging the orphans under their true parents brings everything back but the lost records', () => {
    for (const kind of ['text', 'thinking', 'tool_result', 'system', 'prompt'] as const) {
      for (const { healthy, damaged } of cases([{ class: 'A2', count: 2, variant: kind }])) {
        const left = recordsOf(readLines(damaged.files[0]));
        const lost = healthy.records.filter((record) => record.file === healthy.files[0]?.path && !left.has(record.uuid));
        expect(lost.map((record) => record.kind)).toEqual([kind, kind]);
        const parents = new Map(damaged.truth.map((truth) => [truth.uuid ?? '', truth.trueParent]));
        const repaired = loadedMessages(relinked(damaged.files[0], parents));
        const wanted = healthy.visible.map((message) => message.uuid).filter((uuid) => !lost.some((record) => record.uuid === uuid));
        expect([...repaired].sort()).toEqual([...wanted].sort());
        expect(loadedMessages(textOf(damaged.files[0])).length).toBeLessThan(wanted.length);
      }
    }
  });

  test('A1: the lost record is the first of an agent file, of the same message', () => {
    for (const { healthy, damaged } of cases(one('A1'))) {
      const truth = damaged.truth[0];
      const file = damaged.files.find((each) => textOf(each).includes(`"uuid":"${truth?.missingUuid ?? ''}"`));
      const stolen = readLines(file)[0]?.record;
      const original = healthy.records.find((record) => record.uuid === truth?.missingUuid);
      expect(file?.path).toMatch(/subagents\/agent-aprompt_suggestion-[0-9a-f]+\.jsonl$/);
      expect([stolen?.['uuid'], stolen?.['isSidechain'], (stolen?.['message'] as Json | undefined)?.['id']]).toEqual([
        truth?.missingUuid,
        true,
        original?.messageId,
      ]);
      expect(`agent-${String(stolen?.['agentId'])}.jsonl`).toBe(file?.path.split('/').at(-1));
    }
  });

  test('A3: a hook without children stands directly before the boundary', () => {
    for (const { damaged } of cases(one('A3'), ['2.1.29'], 1)) {
      const truth = damaged.truth[0];
      const lines = readLines(damaged.files[0]);
      expect(lines[(truth?.line ?? 0) - 1]?.record?.['type']).toBe('progress');
      expect(lines[truth?.line ?? 0]?.record?.['subtype']).toBe('compact_boundary');
      expect(truth?.expectedCode).toBe('hook-record-dangling');
    }
  });

  test('A4: only the first record dangles', () => {
    for (const { damaged } of cases(one('A4'))) {
      const lines = readLines(damaged.files[0]);
      const first = lines.find((line) => typeof line.record?.['uuid'] === 'string')?.record?.['uuid'];
      expect(danglingIn(lines)).toEqual([first]);
      expect(damaged.truth.map((truth) => [truth.uuid, truth.expectedCode, truth.trueParent])).toEqual([[first, 'session-sliced', null]]);
    }
  });

  test('A5: a prompt hangs under a uuid that never was, and is taken to its true parent', () => {
    for (const { healthy, damaged } of cases(one('A5'))) {
      const truth = damaged.truth[0];
      expect(healthy.records.some((record) => record.uuid === truth?.missingUuid)).toBe(false);
      expect(truth?.trueParent).toBe(ancestor(healthy, recordsOf(readLines(damaged.files[0])), truth?.uuid ?? ''));
    }
  });

  test('B1: both branches have a prompt after the fork', () => {
    for (const { damaged } of cases(one('B1'))) {
      const records = recordsOf(readLines(damaged.files[0]));
      const parent = records.get(damaged.truth[0]?.uuid ?? '')?.record['parentUuid'];
      const prompts = [...records.values()].filter(({ record }) => record['parentUuid'] === parent && record['type'] === 'user');
      expect(prompts.length).toBe(2);
    }
  });

  test('B2: the newest record hangs under an old prompt, so that a resume loses what came after', () => {
    for (const { healthy, damaged } of cases(one('B2'))) {
      expect(loadedMessages(textOf(damaged.files[0])).length).toBeLessThan(healthy.visible.length);
    }
  });

  test('C1, C2, C3, C4: pairs of calls and results are broken, and nothing else', () => {
    for (const name of ['C1', 'C2', 'C3', 'C4'] as const) {
      for (const { damaged } of cases(one(name))) {
        const lines = readLines(damaged.files[0]);
        const text = textOf(damaged.files[0]);
        const calls = [...text.matchAll(/"type":"tool_use","id":"([^"]+)"/g)].map((match) => match[1]);
        const results = [...text.matchAll(/"tool_use_id":"([^"]+)"/g)].map((match) => match[1]);
        const unanswered = calls.filter((id) => !results.includes(id)).length;
        const uncalled = results.filter((id) => !calls.includes(id)).length;
        const repeated = calls.length - new Set(calls).size;
        expect(danglingIn(lines)).toEqual([]);
        expect([unanswered, uncalled, repeated]).toEqual(name === 'C2' ? [0, 1, 0] : name === 'C3' ? [0, 0, 1] : [1, 0, 0]);
      }
    }
  });

  test('D1 and D2: a uuid stands on several lines', () => {
    for (const name of ['D1', 'D2'] as const) {
      for (const { damaged } of cases(one(name))) {
        const uuids = readLines(damaged.files[0])
          .map((line) => line.record?.['uuid'])
          .filter((uuid) => typeof uuid === 'string');
        expect(uuids.length).toBeGreaterThan(new Set(uuids).size);
      }
    }
  });

  test('D3: going up from the record comes back to it', () => {
    for (const variant of ['self', 'cycle'] as const) {
      for (const { damaged } of cases([{ class: 'D3', variant }])) {
        const records = recordsOf(readLines(damaged.files[0]));
        const start = damaged.truth[0]?.uuid;
        let at = start;
        for (let steps = 0; steps < 50; steps += 1) {
          const parent = records.get(at ?? '')?.record['parentUuid'];
          at = typeof parent === 'string' ? parent : undefined;
          if (at === start) break;
        }
        expect(at).toBe(start);
      }
    }
  });

  test('E1 to E6: the line does not parse, E7 and E9 lines do', () => {
    for (const name of ['E1', 'E2', 'E3', 'E4', 'E5', 'E6'] as const) {
      for (const { damaged } of cases(one(name))) {
        const bad = readLines(damaged.files[0])
          .filter((line) => line.record === null)
          .map((line) => line.number);
        expect(bad).toEqual(name === 'E6' ? [bad[0], (bad[0] ?? 0) + 1] : [bad[0]]);
        expect(damaged.truth.some((truth) => truth.line === bad[0] && truth.expectedCode?.startsWith('line-') === true)).toBe(true);
      }
    }
    for (const { damaged } of cases(one('E7'))) expect(readLines(damaged.files[0]).every((line) => line.record !== null)).toBe(true);
    for (const { damaged } of cases([{ class: 'E9', variant: 'crlf' }])) expect(textOf(damaged.files[0])).toMatch(/\}\r\n$/);
    for (const { damaged } of cases([{ class: 'E9', variant: 'bom' }]))
      expect([...(damaged.files[0]?.bytes.slice(0, 3) ?? [])]).toEqual([0xef, 0xbb, 0xbf]);
  });

  test('E10: the file is one indented document', () => {
    for (const { damaged } of cases(one('E10'))) {
      expect(Array.isArray(JSON.parse(textOf(damaged.files[0])))).toBe(true);
      expect(damaged.truth.map((truth) => truth.expectedCode)).toEqual(['not-a-session']);
    }
  });

  test('A6: the second copy of a prompt hangs under a subagent, so that a resume loses the turns between', () => {
    for (const { healthy, damaged } of cases(one('A6'), ['2.1.29'])) {
      const records = recordsOf(readLines(damaged.files[0]));
      const copy = records.get(damaged.truth[0]?.uuid ?? '')?.record;
      const above = records.get(String(copy?.['parentUuid']))?.record;
      const first = [...records.values()].filter(({ record }) => JSON.stringify(record['message']) === JSON.stringify(copy?.['message']));
      expect([copy?.['type'], above?.['type']]).toEqual(['user', 'progress']);
      expect(first.length).toBeGreaterThan(1);
      expect(loadedMessages(textOf(damaged.files[0])).length).toBeLessThan(healthy.visible.length);
    }
  });

  test('A7: what the first record continues stands in the file of another session', () => {
    for (const { damaged } of cases(one('A7'))) {
      const [truth] = damaged.truth;
      const other = damaged.files.find((file) => recordsOf(readLines(file)).has(truth?.missingUuid ?? ''));
      expect([damaged.truth.length, truth?.expectedCode]).toEqual([1, 'parent-in-other-session']);
      expect(other?.path).toMatch(/^[0-9a-f-]{36}\.jsonl$/);
      expect(textOf(other)).not.toContain(`"sessionId":"${damaged.sessionId}"`);
    }
  });

  test('D5: one message id under two sets of uuids, and a resume loads what it did', () => {
    for (const { healthy, damaged } of cases(one('D5'))) {
      const records = recordsOf(readLines(damaged.files[0]));
      const added = [...records.keys()].filter((uuid) => !healthy.records.some((record) => record.uuid === uuid));
      expect(added).toContain(damaged.truth[0]?.uuid);
      for (const uuid of added) {
        const id = (records.get(uuid)!.record['message'] as Json)['id'];
        expect(healthy.records.some((record) => record.messageId === id)).toBe(true);
      }
    }
  });

  test('E8: one line of 12 MB', () => {
    const damaged = damage(healthySession('2.1.29', 1, 0), one('E8'), 1);
    const long = readLines(damaged.files[0]).filter((line) => line.text.length > 12_000_000);
    expect(long.map((line) => [line.number, line.record?.['uuid']])).toEqual([[damaged.truth[0]?.line, damaged.truth[0]?.uuid]]);
  });

  test('F1 to F5: lines parse, links hold, and the content is what no API takes', () => {
    const contentOf = (damaged: DamagedSession): string => {
      const line = readLines(damaged.files[0]).find(({ number }) => number === damaged.truth[0]?.line);
      return line?.text ?? '';
    };
    const signs = {
      F1: /"thinking":"","signature":"[^"]/,
      F2: /"id":"(?!msg_).*"model":"<synthetic>".*"isApiErrorMessage":true/,
      F3: /"type":"tool_result","content":"a\\u0000b/,
      F4: /^(?!.*"attachment":\{"type":").*"type":"attachment"/,
      F5: /"type":"thinking"/,
    };
    for (const name of ['F1', 'F2', 'F3', 'F4', 'F5'] as const) {
      for (const { damaged } of cases(one(name), name === 'F4' ? ['2.1.217'] : CLIENTS)) {
        const lines = readLines(damaged.files[0]);
        expect(lines.every((line) => line.record !== null)).toBe(true);
        expect(danglingIn(lines)).toEqual([]);
        expect(contentOf(damaged)).toMatch(signs[name]);
        if (name === 'F2' || name === 'F5') expect(lines.at(-1)?.number).toBe(damaged.truth[0]?.line);
      }
    }
  });

  test('several at once keep apart', () => {
    for (const { damaged } of cases(parseDamage('A1,A2:2,E3,E4,D3'))) {
      const classes = new Set(damaged.truth.map((truth) => truth.class));
      expect([...classes].sort()).toEqual(['A1', 'A2', 'D3', 'E3', 'E4']);
      expect(new Set(damaged.truth.map((truth) => truth.uuid)).size).toBe(damaged.truth.length);
    }
  });

  test('says when a session has no place for it, and what it does not understand', () => {
    const session = generateSession({ seed: 1, client: '2.1.217', records: 60 });
    expect(() => damage(session, one('A3'), 1)).toThrow(ImpossibleDamage);
    expect(() => parseDamage('A2:3,Q1')).toThrow(RangeError);
    expect(parseDamage('A2/text:2,E9/bom')).toEqual([
      { class: 'A2', count: 2, variant: 'text' },
      { class: 'E9', count: 1, variant: 'bom' },
    ]);
  });
});

/** The whole record at the end of a spliced line. */
function tail(text: string): Json | null {
  try {
    return JSON.parse(text.slice(text.lastIndexOf('{"parentUuid":'))) as Json;
  } catch {
    return null;
  }
}
