import { messageBody, syntheticBody, type ApiMessage } from './envelope.ts';
import type { AgentPlan, MessagePlan, ToolPlan } from './plan.ts';
import type { Recorder } from './recorder.ts';
import { ATTACHMENTS_AFTER_RESULT, METADATA_AFTER_RESULT } from './statistics.ts';
import { putAttachment, putMetadata } from './attachments.ts';
import type { Json } from './types.ts';

/** Which hooks are set up in a session. */
export interface Hooks {
  readonly pre: number;
  readonly post: number;
  readonly stop: number;
  readonly start: number;
}

/**
 * Writes one API message: a record for each block, then (or in between) the results of its tools.
 * @returns uuid of its last text, if it has one
 */
export function putMessage(r: Recorder, plan: MessagePlan, hooks: Hooks, last: boolean): string | null {
  const message = startMessage(r, plan, last);
  let first = true;
  let textUuid: string | null = null;
  const block = (content: Json, kind: 'thinking' | 'text' | 'tool_use', toolUseId: string | null, beside: boolean): string => {
    if (first) r.waitFor(r.statistics.firstToken);
    else r.waitFor(r.statistics.nextBlock);
    first = false;
    r.around.slug ??= r.old ? r.sessionSlug : null;
    const own: Json = {
      message: messageBody(r.around.client, message, content),
      requestId: message.requestId,
      type: 'assistant',
      uuid: r.random.uuid(),
      timestamp: r.stamp(),
    };
    if (!r.old) own['effort'] = 'high';
    const uuid = r.put(own, { kind, messageId: message.id, ...(toolUseId === null ? {} : { toolUseId }) });
    r.show(uuid, beside);
    return uuid;
  };

  if (plan.thinking !== null) {
    const length = 200 + Math.round((plan.thinking.length * r.statistics.signaturePerCharacter) / 4) * 4;
    block({ type: 'thinking', thinking: plan.thinking, signature: signature(r, length) }, 'thinking', null, false);
  }
  if (plan.text !== null) textUuid = block({ type: 'text', text: plan.text }, 'text', null, false);

  const besideFrom = plan.interleaved ? plan.tools.length : (plan.resultOrder.at(-1) ?? 0) + 1;
  const calls = new Map<number, { readonly uuid: string; readonly id: string }>();
  plan.tools.forEach((tool, index) => {
    const id = `toolu_01${r.random.base62(22)}`;
    const content: Json = { type: 'tool_use', id, name: tool.name, input: tool.input };
    if (!r.old) content['caller'] = { type: 'direct' };
    const uuid = block(content, 'tool_use', id, index >= besideFrom);
    calls.set(index, { uuid, id });
    if (tool.edits !== null) putSnapshotUpdate(r, uuid, tool.edits);
    if (plan.interleaved) putResult(r, tool, uuid, id, hooks, false);
  });
  if (!plan.interleaved) {
    for (const index of plan.resultOrder) {
      const tool = plan.tools[index];
      const call = calls.get(index);
      if (tool !== undefined && call !== undefined) putResult(r, tool, call.uuid, call.id, hooks, index !== besideFrom - 1);
    }
  }
  if (plan.tools.length > 0) afterResults(r);
  return textUuid;
}

/** A record the client makes itself when the API fails. */
export function putApiError(r: Recorder): void {
  r.wait(2);
  if (r.old) {
    const own: Json = {
      type: 'assistant',
      uuid: r.random.uuid(),
      timestamp: r.stamp(),
      message: syntheticBody(r.random.uuid(), 'API Error: 529 {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'),
      isApiErrorMessage: true,
    };
    r.show(r.put(own, { kind: 'text' }));
    return;
  }
  const error = {
    message: 'Connection error.',
    formatted: 'Unable to connect to API (ECONNRESET)',
    connection: { code: 'ECONNRESET', message: 'The socket connection was closed unexpectedly.', isSSLError: false },
    isNetworkDown: false,
    rateLimits: null,
  };
  r.put(
    {
      type: 'system',
      subtype: 'api_error',
      level: 'error',
      error,
      retryInMs: 512,
      retryAttempt: 1,
      maxRetries: 10,
      source: 'request_retry',
      timestamp: r.stamp(),
      uuid: r.random.uuid(),
    },
    { kind: 'system', detail: 'api_error' },
  );
}

/** A hook that reports that it runs (2.1.29). */
export function putHookProgress(r: Recorder, event: string, name: string, toolUseId: string, offset = 0): string {
  const command = event === 'SessionStart' || event === 'Stop' ? `node .hooks/${event.toLowerCase()}.mjs` : 'callback';
  return r.put(
    {
      type: 'progress',
      data: { type: 'hook_progress', hookEvent: event, hookName: name, command },
      parentToolUseID: toolUseId,
      toolUseID: toolUseId,
      timestamp: r.stamp(offset),
      uuid: r.random.uuid(),
    },
    { kind: 'progress', detail: 'hook_progress', toolUseId },
  );
}

function startMessage(r: Recorder, plan: MessagePlan, last: boolean): ApiMessage {
  const read = 16_000 + Math.min(150_000, r.count * 230);
  return {
    id: `msg_01${r.random.base62(22)}`,
    requestId: `req_011C${r.random.base62(20)}`,
    model: r.inAgent && r.old ? 'claude-haiku-4-5-20251001' : r.statistics.model,
    usage: { input: r.random.int(1, 10), created: r.random.int(200, 3200), read, output: r.random.int(60, 900) },
    stopReason: plan.tools.length > 0 || !last ? 'tool_use' : 'end_turn',
  };
}

function putResult(r: Recorder, tool: ToolPlan, callUuid: string, id: string, hooks: Hooks, beside: boolean): void {
  const hooked = r.old && r.features.hooks;
  if (hooked) for (let i = 0; i < hooks.pre; i += 1) putHookProgress(r, 'PreToolUse', `PreToolUse:${tool.name}`, id);
  const agentId = tool.agent === null ? null : runAgent(r, tool.agent, id, hooks);
  tool.progress.forEach((output, index) => {
    r.wait(index === 0 ? 2 : 1);
    r.put(
      {
        type: 'progress',
        data: {
          type: 'bash_progress',
          output: output.slice(-300),
          fullOutput: output,
          elapsedTimeSeconds: index + 2,
          totalLines: output.split('\n').length,
          timeoutMs: 120_000,
        },
        toolUseID: `bash-progress-${String(index)}`,
        parentToolUseID: id,
        uuid: r.random.uuid(),
        timestamp: r.stamp(),
      },
      { kind: 'progress', detail: 'bash_progress', toolUseId: id },
    );
  });
  r.wait(Math.max(0.002, tool.seconds - tool.progress.length));
  if (hooked) for (let i = 0; i < hooks.post; i += 1) putHookProgress(r, 'PostToolUse', `PostToolUse:${tool.name}`, id, 1);

  const content = agentId === null ? tool.result : [{ type: 'text', text: tool.result }];
  const part: Json = tool.isError
    ? { type: 'tool_result', content, is_error: true, tool_use_id: id }
    : { tool_use_id: id, type: 'tool_result', content, ...(tool.name === 'Bash' ? { is_error: false } : {}) };
  const detail = agentId !== null && typeof tool.detail === 'object' ? { status: 'completed', agentId, ...tool.detail } : tool.detail;
  const uuid = r.put(
    {
      type: 'user',
      message: { role: 'user', content: [part] },
      uuid: r.random.uuid(),
      timestamp: r.stamp(),
      toolUseResult: detail,
      sourceToolAssistantUUID: callUuid,
    },
    { kind: 'tool_result', toolUseId: id },
    callUuid,
  );
  r.show(uuid, beside);
}

/** Records of a subagent in its file, and for 2.1.29 their echo in the main file. */
function runAgent(r: Recorder, agent: AgentPlan, toolUseId: string, hooks: Hooks): string {
  const id = r.old ? `a${r.random.hex(6)}` : `a${r.random.hex(16)}`;
  const messageId = `agent_msg_01${r.random.base62(22)}`;
  const inline = r.features.inlineSidechains;
  const quiet: Hooks = { ...hooks, stop: 0, start: 0 };
  const echo = (message: Json): void => {
    if (!r.old || inline) return;
    r.put(
      {
        type: 'progress',
        data: { message, normalizedMessages: [], type: 'agent_progress', prompt: agent.prompt, agentId: id },
        toolUseID: messageId,
        parentToolUseID: toolUseId,
        uuid: r.random.uuid(),
        timestamp: r.stamp(),
      },
      { kind: 'progress', detail: 'agent_progress', toolUseId },
    );
  };
  echo({
    type: 'user',
    message: { role: 'user', content: [{ type: 'text', text: agent.prompt }] },
    uuid: r.random.uuid(),
    timestamp: r.stamp(),
  });
  const begun = r.clock;
  r.inAgentFile(inline ? null : id, null, () => {
    r.put(
      { type: 'user', message: { role: 'user', content: agent.prompt }, uuid: r.random.uuid(), timestamp: r.stamp() },
      { kind: 'prompt' },
    );
    for (const message of agent.messages) putMessage(r, message, quiet, message.tools.length === 0);
  });
  const ended = r.clock;
  agent.messages.forEach((message, index) => {
    r.clock = begun + Math.round(((ended - begun) * (index + 1)) / agent.messages.length);
    echo({
      type: 'assistant',
      timestamp: r.stamp(),
      message: { model: r.statistics.model, role: 'assistant', content: [{ type: 'text', text: message.text ?? agent.kind }] },
      uuid: r.random.uuid(),
    });
  });
  r.clock = ended;
  if (!r.old && !inline) r.putFile(`${r.around.sessionId}/subagents/agent-${id}.meta.json`, { agentType: agent.kind, toolUseId });
  return id;
}

function putSnapshotUpdate(r: Recorder, uuid: string, file: string): void {
  if (!r.old || !r.features.metadata || r.inAgent) return;
  r.tracked.set(file, (r.tracked.get(file) ?? 0) + 1);
  r.putPlain(snapshot(r, uuid, true));
}

/** The line that says which files were changed so far; it belongs to a message that may come later. */
export function snapshot(r: Recorder, messageId: string, isUpdate: boolean): Json {
  const backups: Json = {};
  for (const [file, version] of r.tracked) {
    backups[file.startsWith(`${r.around.cwd}/`) ? file.slice(r.around.cwd.length + 1) : file] = {
      backupFileName: version === 1 ? null : `${r.random.hex(16)}@v${String(version)}`,
      version,
      backupTime: r.stamp(),
    };
  }
  return {
    type: 'file-history-snapshot',
    messageId,
    snapshot: { messageId: isUpdate ? r.snapshotOf : messageId, trackedFileBackups: backups, timestamp: r.stamp() },
    isSnapshotUpdate: isUpdate,
  };
}

function afterResults(r: Recorder): void {
  if (r.old || r.inAgent) return;
  if (r.features.attachments) {
    for (const [name, rate] of ATTACHMENTS_AFTER_RESULT) if (r.random.chance(rate)) putAttachment(r, name);
  }
  if (r.features.metadata && r.random.chance(METADATA_AFTER_RESULT)) putMetadata(r);
}

function signature(r: Recorder, length: number): string {
  const piece = r.random.base62(64);
  return `Er${r.random.base62(40)}${piece.repeat(Math.ceil(length / 64))}`.slice(0, length);
}
