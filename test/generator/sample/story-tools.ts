import type { AgentPlan, MessagePlan, ToolPlan, TurnPlan } from '../plan.ts';
import type { Json } from '../types.ts';

/* Shorthands to write a session down by hand. */

export const HOME = '/home/mia/teashop';

function tool(name: string, input: Json, result: string, detail: unknown, more: Partial<ToolPlan> = {}): ToolPlan {
  return { name, input, result, detail, isError: false, seconds: 0.04, progress: [], edits: null, agent: null, ...more };
}

/** Reads a file; the text is what is in it. */
export function read(file: string, text: string): ToolPlan {
  const lines = text.split('\n');
  const path = `${HOME}/${file}`;
  const listing = lines.map((line, i) => `${String(i + 1).padStart(6)}→${line}`).join('\n');
  return tool('Read', { file_path: path }, listing, {
    type: 'text',
    file: { filePath: path, content: text, numLines: lines.length, startLine: 1, totalLines: lines.length },
  });
}

export function grep(pattern: string, output: string): ToolPlan {
  return tool(
    'Grep',
    { pattern, path: 'src', output_mode: 'content' },
    output,
    { mode: 'content', numFiles: 0, filenames: [], content: output, numLines: output.split('\n').length },
    { seconds: 0.4 },
  );
}

export function glob(pattern: string, names: readonly string[]): ToolPlan {
  return tool(
    'Glob',
    { pattern },
    names.join('\n'),
    { filenames: names, durationMs: 11, numFiles: names.length, truncated: false },
    { seconds: 0.1 },
  );
}

export function edit(file: string, before: string, after: string): ToolPlan {
  const path = `${HOME}/${file}`;
  const patch = [
    {
      oldStart: 1,
      oldLines: before.split('\n').length,
      newStart: 1,
      newLines: after.split('\n').length,
      lines: [...before.split('\n').map((line) => `-${line}`), ...after.split('\n').map((line) => `+${line}`)],
    },
  ];
  return tool(
    'Edit',
    { replace_all: false, file_path: path, old_string: before, new_string: after },
    `The file ${path} has been updated.`,
    {
      filePath: path,
      oldString: before,
      newString: after,
      originalFile: before,
      structuredPatch: patch,
      userModified: false,
      replaceAll: false,
    },
    { edits: path, seconds: 0.02 },
  );
}

export function write(file: string, content: string): ToolPlan {
  const path = `${HOME}/${file}`;
  return tool(
    'Write',
    { file_path: path, content },
    `File created successfully at: ${path}`,
    { type: 'create', filePath: path, content, structuredPatch: [], originalFile: null },
    { edits: path, seconds: 0.02 },
  );
}

/** Runs a command that takes so many seconds; a long one reports its output on the way. */
export function bash(command: string, description: string, output: string, seconds = 0.6, failed = false): ToolPlan {
  const lines = output.split('\n');
  const reports = seconds < 2 ? 0 : Math.min(4, Math.floor(seconds) - 1);
  const progress = Array.from({ length: reports }, (_, i) =>
    lines.slice(0, Math.ceil((lines.length * (i + 1)) / (reports + 1))).join('\n'),
  );
  const result = failed ? `Exit code 1\n${output}` : output;
  const detail = failed ? `Error: ${result}` : { stdout: output, stderr: '', interrupted: false, isImage: false };
  return tool('Bash', { command, description }, result, detail, { seconds, progress, isError: failed });
}

export function explore(description: string, prompt: string, messages: readonly MessagePlan[], answer: string): ToolPlan {
  const agent: AgentPlan = { kind: 'Explore', prompt, messages: [...messages, say(null, answer)] };
  return tool(
    'Task',
    { subagent_type: 'Explore', description, prompt },
    answer,
    {
      prompt,
      content: [{ type: 'text', text: answer }],
      totalDurationMs: 21_400,
      totalTokens: 31_877,
      totalToolUseCount: messages.length,
    },
    { agent, seconds: 0.5 },
  );
}

/** A message: what is thought, what is said, and tools called one after the other. */
export function say(thinking: string | null, text: string | null, ...tools: readonly ToolPlan[]): MessagePlan {
  return { thinking, text, tools, interleaved: true, resultOrder: tools.map((_, i) => i) };
}

/** A message whose tools run at the same time; results come in the order given. */
export function atOnce(
  thinking: string | null,
  text: string | null,
  tools: readonly ToolPlan[],
  resultOrder: readonly number[],
): MessagePlan {
  return { thinking, text, tools, interleaved: false, resultOrder };
}

/** @param pause seconds before the prompt */
export function turn(pause: number, prompt: string, ...messages: readonly MessagePlan[]): TurnPlan {
  return { prompt, pause, messages, interrupted: false };
}
