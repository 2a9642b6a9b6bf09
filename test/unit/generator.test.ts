import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { streamChain } from '../generator/chain.ts';
import { writeStream } from '../generator/files.ts';
import { loadedMessages } from '../generator/loader-model.ts';
import { danglingIn, readLines, recordsOf, textOf } from '../generator/reading.ts';
import { generateSession, streamSession } from '../generator/session.ts';
import { CLIENTS, type GeneratedSession, type SessionOptions } from '../generator/types.ts';

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);

/** Key orders as the clients write them, slug aside; from real records. */
const KEYS: Readonly<Record<string, string>> = {
  '2.1.29 thinking': 'parentUuid,isSidechain,userType,cwd,sessionId,version,gitBranch,message,requestId,type,uuid,timestamp',
  '2.1.29 tool_result':
    'parentUuid,isSidechain,userType,cwd,sessionId,version,gitBranch,type,message,uuid,timestamp,toolUseResult,sourceToolAssistantUUID',
  '2.1.29 hook_progress':
    'parentUuid,isSidechain,userType,cwd,sessionId,version,gitBranch,type,data,parentToolUseID,toolUseID,timestamp,uuid',
  '2.1.29 bash_progress':
    'parentUuid,isSidechain,userType,cwd,sessionId,version,gitBranch,type,data,toolUseID,parentToolUseID,uuid,timestamp',
  '2.1.29 compact_boundary':
    'parentUuid,logicalParentUuid,isSidechain,userType,cwd,sessionId,version,gitBranch,type,subtype,content,isMeta,timestamp,uuid,level,compactMetadata',
  '2.1.29 summary':
    'parentUuid,isSidechain,userType,cwd,sessionId,version,gitBranch,type,message,isVisibleInTranscriptOnly,isCompactSummary,uuid,timestamp',
  '2.1.217 thinking':
    'parentUuid,isSidechain,message,requestId,type,uuid,timestamp,effort,userType,entrypoint,cwd,sessionId,version,gitBranch',
  '2.1.217 tool_result':
    'parentUuid,isSidechain,promptId,type,message,uuid,timestamp,toolUseResult,sourceToolAssistantUUID,userType,entrypoint,cwd,sessionId,version,gitBranch',
  '2.1.217 prompt':
    'parentUuid,isSidechain,promptId,type,message,uuid,timestamp,permissionMode,origin,promptSource,userType,entrypoint,cwd,sessionId,version,gitBranch',
  '2.1.217 task_reminder': 'parentUuid,isSidechain,attachment,type,uuid,timestamp,userType,entrypoint,cwd,sessionId,version,gitBranch',
  '2.1.217 compact_boundary':
    'parentUuid,logicalParentUuid,isSidechain,type,subtype,content,isMeta,timestamp,uuid,level,compactMetadata,userType,entrypoint,cwd,sessionId,version,gitBranch',
};

function sessions(options: Omit<SessionOptions, 'seed' | 'client'>): GeneratedSession[] {
  return CLIENTS.flatMap((client) => SEEDS.map((seed) => generateSession({ seed, client, ...options })));
}

describe('a generated session', () => {
  test('is the same for the same seed, and another for another', () => {
    for (const client of CLIENTS) {
      const options: SessionOptions = { seed: 5, client, records: 300, features: { compactions: 1, rewinds: 1 } };
      expect(generateSession(options)).toEqual(generateSession(options));
      expect(textOf(generateSession({ ...options, seed: 6 }).files[0])).not.toBe(textOf(generateSession(options).files[0]));
    }
  });

  test('has no dangling parent and one root for the start and each compaction', () => {
    for (const session of sessions({ records: 300, features: { compactions: 1, forwardReferences: true } })) {
      const lines = readLines(session.files[0]);
      expect(danglingIn(lines)).toEqual([]);
      const roots = [...recordsOf(lines).values()].filter(({ record }) => record['parentUuid'] === null && record['isSidechain'] === false);
      expect(roots.length).toBe(1 + session.records.filter((record) => record.kind === 'boundary').length);
    }
  });

  test('loads everything of the main line, from the last compaction on', () => {
    for (const session of sessions({ records: 400, features: { compactions: 1, rewinds: 1, inlineSidechains: true } })) {
      const loaded = loadedMessages(textOf(session.files[0]));
      expect([...loaded].sort()).toEqual(session.visible.map((message) => message.uuid).sort());
    }
  });

  test('loads on the plain walk all but parallel siblings and queued prompts', () => {
    for (const session of sessions({ records: 250, features: { compactions: 0 } })) {
      const loaded = new Set(loadedMessages(textOf(session.files[0]), { plain: true }));
      const main = session.visible.filter(
        (message) => !message.beside && session.records.some((record) => record.uuid === message.uuid && record.kind !== 'attachment'),
      );
      expect(main.filter((message) => !loaded.has(message.uuid))).toEqual([]);
    }
  });

  test('has the truth of every record on its line', () => {
    for (const session of sessions({ records: 200 })) {
      for (const file of session.files.filter((each) => each.path.endsWith('.jsonl'))) {
        const records = recordsOf(readLines(file));
        const truths = session.records.filter((truth) => truth.file === file.path);
        expect(truths.length).toBe(records.size);
        for (const truth of truths) {
          const found = records.get(truth.uuid);
          expect([found?.number, found?.record['parentUuid'], found?.record['type']]).toEqual([truth.line, truth.parentUuid, truth.type]);
        }
      }
    }
  });

  test('writes its keys in the order of its client', () => {
    const seen = new Set<string>();
    for (const session of sessions({ records: 500, features: { compactions: 1 } })) {
      const records = recordsOf(readLines(session.files[0]));
      for (const truth of session.records) {
        const record = records.get(truth.uuid)?.record;
        for (const name of [`${session.client} ${truth.kind}`, `${session.client} ${truth.detail}`]) {
          const wanted = KEYS[name];
          if (wanted === undefined || record === undefined || truth.sidechain) continue;
          seen.add(name);
          expect(
            Object.keys(record)
              .filter((key) => key !== 'slug')
              .join(','),
          ).toBe(wanted);
        }
      }
    }
    expect([...seen].sort()).toEqual(Object.keys(KEYS).sort());
  });

  test('splits an API message into records of one id, one block each', () => {
    for (const session of sessions({ records: 200 })) {
      const ids = session.records.flatMap((record) => (record.messageId === null ? [] : [record.messageId]));
      expect(new Set(ids).size).toBeLessThan(ids.length * 0.8);
      for (const { record } of recordsOf(readLines(session.files[0])).values()) {
        if (record['type'] !== 'assistant') continue;
        expect((record['message'] as { content: unknown[] }).content).toHaveLength(1);
      }
    }
  });

  test('answers every call once, and names the record that made it', () => {
    for (const session of sessions({ records: 200 })) {
      const main = session.records.filter((record) => record.file === session.files[0]?.path);
      const calls = new Map(main.filter((record) => record.kind === 'tool_use').map((record) => [record.toolUseId, record.uuid]));
      const results = main.filter((record) => record.kind === 'tool_result');
      expect(results.map((record) => record.toolUseId).sort()).toEqual([...calls.keys()].sort());
      for (const result of results) expect(result.parentUuid).toBe(calls.get(result.toolUseId));
    }
  });

  test('has progress with the old client and attachments with the new one', () => {
    const kinds = (client: string): Set<string> =>
      new Set(
        sessions({ records: 300 })
          .filter((each) => each.client === client)
          .flatMap((each) => each.records.map((record) => record.kind)),
      );
    expect([kinds('2.1.29').has('progress'), kinds('2.1.29').has('attachment')]).toEqual([true, false]);
    expect([kinds('2.1.217').has('progress'), kinds('2.1.217').has('attachment')]).toEqual([false, true]);
  });

  test('starts the files of prompt suggestions and of compaction in the main file', () => {
    const starts = sessions({ records: 400, features: { compactions: 1 } }).flatMap((session) => {
      const main = new Set(session.records.filter((record) => record.file === session.files[0]?.path).map((record) => record.uuid));
      return session.files
        .filter((file) => /agent-a(prompt_suggestion|compact)-/.test(file.path))
        .map((file) => main.has(String(readLines(file)[0]?.record?.['parentUuid'])));
    });
    expect(starts.length).toBeGreaterThan(5);
    expect(starts).not.toContain(false);
  });

  test('has the wanted number of prompts, or about the wanted records and bytes', () => {
    expect(generateSession({ seed: 1, prompts: 4 }).records.filter((record) => record.kind === 'prompt' && !record.sidechain)).toHaveLength(
      4,
    );
    for (const client of CLIENTS) {
      const session = generateSession({ seed: 2, client, records: 3000, targetBytes: 6_000_000 });
      const main = session.records.filter((record) => record.file === session.files[0]?.path).length;
      expect(Math.abs(main - 3000)).toBeLessThan(30);
      expect(Math.abs((session.files[0]?.bytes.length ?? 0) / 6_000_000 - 1)).toBeLessThan(0.15);
    }
  });
});

describe('large sessions', () => {
  test('are streamed to a folder without being kept', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'riff-generator-'));
    try {
      const { result } = await writeStream(folder, streamSession({ seed: 9, records: 5000, targetBytes: 5_000_000 }));
      const written = await readFile(join(folder, `${result.sessionId}.jsonl`));
      expect(written.equals(generateSession({ seed: 9, records: 5000, targetBytes: 5_000_000 }).files[0]?.bytes ?? new Uint8Array())).toBe(
        true,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('can be one straight chain', () => {
    const lines = [...streamChain({ seed: 1, records: 2000 })].map(({ line }) => line);
    expect(loadedMessages(lines.join('\n'))).toHaveLength(2000);
  });
});
