import { putAttachment, putMetadata } from './attachments.ts';
import { putHookProgress, putMessage, snapshot, type Hooks } from './messages.ts';
import type { Recorder } from './recorder.ts';
import { LOGICAL_PARENT_ABSENT } from './statistics.ts';
import { putLocalCommand } from './turns.ts';
import type { Json } from './types.ts';

const INTRODUCTION =
  'This session is being continued from a previous conversation that ran out of context. The summary below covers the earlier portion of the conversation.\n\n';

/** Writes a compaction where the context ran full, in the middle of a turn. */
export function compactByItself(r: Recorder, hooks: Hooks): void {
  const tip = r.last;
  if (tip === null) return;
  const text = r.palette.writer.prose(6000 * r.palette.scale + 400);
  if (r.old && r.features.subagents) putCompactAgent(r, tip, text);
  const absent = r.random.chance(LOGICAL_PARENT_ABSENT);
  r.wait(40);
  putBoundary(r, 'auto', absent ? r.random.uuid() : tip, r.random.uuid(), null);
  putSummary(r, text);
  putStartHooks(r, hooks);
}

/** Writes /compact between two turns. 2.1.217 keeps the last answer and splices it in behind the summary. */
export function compactByUser(r: Recorder, hooks: Hooks): void {
  const tip = r.last;
  if (tip === null) return;
  const text = r.palette.writer.prose(4000 * r.palette.scale + 400);
  const summaryUuid = r.random.uuid();
  if (r.old) {
    if (r.features.metadata) r.putPlain(snapshot(r, summaryUuid, false));
    r.wait(30);
    putBoundary(r, 'manual', tip, summaryUuid, null);
    putSummary(r, text, summaryUuid);
    putLocalCommand(r, 'compact', 'Compacted (ctrl+o to see full summary)');
    putStartHooks(r, hooks);
    return;
  }
  if (r.features.metadata) putMetadata(r);
  const head = r.visible.filter((message) => !message.beside).at(-1);
  r.wait(150);
  const kept = head === undefined || head.uuid === tip ? [tip] : [head.uuid, tip];
  putBoundary(r, 'manual', tip, summaryUuid, kept);
  putSummary(r, text, summaryUuid);
  if (head !== undefined) r.show(head.uuid);
  putLocalCommand(r, 'compact', 'Compacted', tip);
  putStartHooks(r, hooks);
}

/** Old results are dropped from the context; the chain goes on. */
export function microcompact(r: Recorder): void {
  r.put(
    {
      type: 'system',
      subtype: 'microcompact_boundary',
      content: 'Context microcompacted',
      isMeta: false,
      timestamp: r.stamp(),
      uuid: r.random.uuid(),
      level: 'info',
      microcompactMetadata: {
        trigger: 'auto',
        preTokens: r.random.int(50_000, 90_000),
        tokensSaved: r.random.int(18_000, 30_000),
        compactedToolIds: [`toolu_01${r.random.base62(22)}`],
        clearedAttachmentUUIDs: [],
      },
    },
    { kind: 'system', detail: 'microcompact_boundary' },
  );
}

function putBoundary(r: Recorder, trigger: 'auto' | 'manual', logical: string, summaryUuid: string, kept: readonly string[] | null): void {
  const metadata: Json = { trigger, preTokens: r.random.int(140_000, 170_000) };
  if (!r.old) {
    metadata['durationMs'] = r.random.int(90_000, 180_000);
    if (kept !== null) {
      metadata['preservedSegment'] = { headUuid: kept[0], anchorUuid: summaryUuid, tailUuid: kept.at(-1) };
      metadata['preservedMessages'] = { anchorUuid: summaryUuid, uuids: kept, allUuids: [kept[0], r.random.uuid(), ...kept.slice(1)] };
    }
    metadata['postTokens'] = r.random.int(12_000, 20_000);
    metadata['cumulativeDroppedTokens'] = r.random.int(120_000, 150_000);
  }
  r.visible = [];
  r.marks = [];
  r.putBoundary(
    {
      type: 'system',
      subtype: 'compact_boundary',
      content: 'Conversation compacted',
      isMeta: false,
      timestamp: r.stamp(),
      uuid: r.random.uuid(),
      level: 'info',
      compactMetadata: metadata,
    },
    logical,
  );
}

function putSummary(r: Recorder, text: string, uuid: string = r.random.uuid()): void {
  r.show(
    r.put(
      {
        type: 'user',
        message: { role: 'user', content: INTRODUCTION + text },
        isVisibleInTranscriptOnly: true,
        isCompactSummary: true,
        uuid,
        timestamp: r.stamp(r.old ? 0 : -4),
      },
      { kind: 'summary' },
    ),
  );
}

function putStartHooks(r: Recorder, hooks: Hooks): void {
  if (r.old) {
    const run = r.random.uuid();
    if (r.features.hooks) for (let i = 0; i < hooks.start; i += 1) putHookProgress(r, 'SessionStart', 'SessionStart:compact', run, -440);
    return;
  }
  if (!r.features.attachments) return;
  for (const kind of ['file', 'compact_file_reference', 'deferred_tools_delta', 'agent_listing_delta'])
    putAttachment(r, kind, r.random.int(0, 300));
  if (r.features.hooks) putAttachment(r, 'hook_success', 500);
}

/** The agent that wrote the summary; its file starts in the main file (2.1.29). */
function putCompactAgent(r: Recorder, parent: string, text: string): void {
  const began = r.clock;
  r.inAgentFile(`acompact-${r.random.hex(6)}`, parent, () => {
    r.put(
      {
        type: 'user',
        message: { role: 'user', content: 'Your task is to create a detailed summary of the conversation so far.' },
        uuid: r.random.uuid(),
        timestamp: r.stamp(),
      },
      { kind: 'prompt' },
    );
    putMessage(
      r,
      { thinking: r.palette.writer.prose(600), text, tools: [], interleaved: true, resultOrder: [] },
      { pre: 0, post: 0, stop: 0, start: 0 },
      true,
    );
  });
  r.clock = began;
}
