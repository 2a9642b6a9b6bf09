import type { AgentPlan, MessagePlan, ToolPlan } from './plan.ts';
import type { Random } from './random.ts';
import { BASH_PROGRESS, BASH_PROGRESS_COUNT, type Statistics } from './statistics.ts';
import type { Client, Features, Json } from './types.ts';
import type { Writer } from './words.ts';

/** What the planners draw from. */
export interface Palette {
  readonly client: Client;
  readonly random: Random;
  readonly writer: Writer;
  readonly statistics: Statistics;
  readonly features: Features;
  readonly cwd: string;
  /** Lengthens or shortens all text. */
  scale: number;
}

/** A tool call with its result, after the statistics. */
export function planTool(p: Palette, name: string = p.random.weighted(p.statistics.tools)): ToolPlan {
  const points = p.statistics.results[name] ?? p.statistics.otherResult;
  const length = Math.round(p.random.quantile(points) * p.scale);
  const seconds = p.random.quantile(p.statistics.toolTime);
  const plan = plainTool(p, name, length, seconds);
  if (plan.agent === null && p.random.chance(p.statistics.errors)) {
    const message = `Exit code 1\n${p.writer.output(Math.min(length, 400) + 20)}`;
    return { ...plan, result: message, detail: `Error: ${message}`, isError: true, edits: null };
  }
  return plan;
}

function plainTool(p: Palette, name: string, length: number, seconds: number): ToolPlan {
  const { writer, random } = p;
  const file = `${p.cwd}/${writer.file()}`;
  const tool = (input: Json, result: string, detail: unknown, more: Partial<ToolPlan> = {}): ToolPlan => ({
    name,
    input,
    result,
    detail,
    isError: false,
    seconds,
    progress: [],
    edits: null,
    agent: null,
    ...more,
  });
  switch (name) {
    case 'Read': {
      const content = writer.listing(length);
      const lines = content.split('\n').length;
      const input = random.chance(0.5) ? { file_path: file } : { file_path: file, offset: random.int(1, 300), limit: lines };
      return tool(input, content, {
        type: 'text',
        file: {
          filePath: file,
          content: content.replace(/^ *\d+→/gm, ''),
          numLines: lines,
          startLine: 1,
          totalLines: lines + random.int(0, 200),
        },
      });
    }
    case 'Edit': {
      const oldText = writer.code(random.int(40, 180) * p.scale + 20);
      const newText = writer.code(random.int(40, 260) * p.scale + 20);
      const result = `The file ${file} has been updated.${p.client === '2.1.29' ? ` Here's the result of running \`cat -n\`:\n${writer.listing(length)}` : ' (file state is current in your context)'}`;
      return tool(
        { replace_all: false, file_path: file, old_string: oldText, new_string: newText },
        result,
        {
          filePath: file,
          oldString: oldText,
          newString: newText,
          originalFile: writer.code(length * 3 + 200),
          structuredPatch: [
            {
              oldStart: 12,
              oldLines: 3,
              newStart: 12,
              newLines: 4,
              lines: [`-${oldText.split('\n')[0] ?? ''}`, `+${newText.split('\n')[0] ?? ''}`],
            },
          ],
          userModified: false,
          replaceAll: false,
        },
        { edits: file },
      );
    }
    case 'Write': {
      const content = writer.code(length * 2 + 100);
      return tool(
        { file_path: file, content },
        `File created successfully at: ${file}`,
        {
          type: 'create',
          filePath: file,
          content,
          structuredPatch: [],
          originalFile: null,
          ...(p.client === '2.1.217' ? { userModified: false } : {}),
        },
        { edits: file },
      );
    }
    case 'Grep': {
      const content = writer.output(length);
      return tool(
        { pattern: random.pick(['session', 'export function', 'TODO', 'login', 'price']), path: 'src', output_mode: 'content' },
        content,
        {
          mode: 'content',
          numFiles: 0,
          filenames: [],
          content,
          numLines: content.split('\n').length,
        },
      );
    }
    case 'Glob': {
      const names = Array.from({ length: 1 + Math.floor(length / 40) }, () => `${p.cwd}/${writer.file()}`);
      return tool({ pattern: 'src/**/*.ts' }, names.join('\n'), {
        filenames: names,
        durationMs: random.int(3, 90),
        numFiles: names.length,
        truncated: false,
      });
    }
    case 'TodoWrite':
    case 'TaskUpdate': {
      const todos = Array.from({ length: random.int(2, 5) }, (_, i) => ({
        content: writer.sentence(),
        status: i === 0 ? 'in_progress' : 'pending',
        activeForm: writer.sentence(),
      }));
      return tool(
        { todos },
        'Todos have been modified successfully. Ensure that you continue to use the todo list to track your progress. Please proceed with the current tasks if applicable',
        { oldTodos: [], newTodos: todos },
      );
    }
    case 'Task':
    case 'Agent':
      return agentTool(p, name, length, seconds);
    case 'Bash': {
      const stdout = writer.output(length);
      const runs = p.features.bashProgress && p.client === '2.1.29' && random.chance(BASH_PROGRESS);
      const count = runs ? Math.ceil(random.quantile(BASH_PROGRESS_COUNT)) : 0;
      const progress = Array.from({ length: count }, (_, i) => stdout.slice(0, Math.ceil((stdout.length * (i + 1)) / (count + 1)) % 1500));
      const detail: Json = { stdout, stderr: '', interrupted: false, isImage: false };
      if (p.client === '2.1.217') detail['noOutputExpected'] = false;
      return tool(
        {
          command: random.pick([
            'npm test',
            'git status --short',
            'npx tsc --noEmit',
            'ls -la src',
            'git diff --stat',
            'npm run build',
            'node scripts/seed.js',
          ]),
          description: writer.sentence(),
        },
        stdout,
        detail,
        {
          progress,
          seconds: count > 0 ? count + 1.2 : seconds,
        },
      );
    }
    default: {
      const text = writer.prose(length);
      return tool({ url: 'http://localhost:5173/login' }, text, [{ type: 'text', text }]);
    }
  }
}

function agentTool(p: Palette, name: string, length: number, seconds: number): ToolPlan {
  const prompt = p.writer.prompt(400 * p.scale + 40);
  const result = p.writer.prose(length);
  const agent: AgentPlan | null = p.features.subagents ? { kind: 'Explore', prompt, messages: agentMessages(p, result) } : null;
  return {
    name,
    input: { subagent_type: 'Explore', description: p.writer.sentence(), prompt },
    result,
    detail: {
      status: 'completed',
      prompt,
      content: [{ type: 'text', text: result }],
      totalDurationMs: Math.round(seconds * 1000),
      totalTokens: p.random.int(9000, 90000),
      totalToolUseCount: 2,
    },
    isError: false,
    seconds: 0.5,
    progress: [],
    edits: null,
    agent,
  };
}

function agentMessages(p: Palette, result: string): MessagePlan[] {
  const count = p.random.int(1, 6);
  const messages: MessagePlan[] = Array.from({ length: count }, (_, i) => ({
    thinking: null,
    text: i === 0 ? p.writer.prose(120 * p.scale + 20) : null,
    tools: [planTool(p, p.random.pick(['Read', 'Grep', 'Bash']))],
    interleaved: true,
    resultOrder: [0],
  }));
  messages.push({ thinking: null, text: result, tools: [], interleaved: true, resultOrder: [] });
  return messages;
}
