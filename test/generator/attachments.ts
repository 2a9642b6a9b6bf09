import type { Recorder } from './recorder.ts';
import type { Json } from './types.ts';

/** An attachment record of the kind (2.1.217); it is a link of the chain like any other. */
export function putAttachment(r: Recorder, kind: string, offset = 0): string {
  const attachment = make(r, kind);
  const uuid = r.put(
    { attachment, type: 'attachment', uuid: r.random.uuid(), timestamp: r.stamp(offset) },
    { kind: 'attachment', detail: kind },
  );
  // A prompt that waited in the queue is loaded as a user message of its own.
  if (kind === 'queued_command') {
    const source = attachment['source_uuid'];
    r.show(typeof source === 'string' ? source : uuid);
  }
  return uuid;
}

/** Title, mode and last prompt, written again and again so that they stay near the end (2.1.217). */
export function putMetadata(r: Recorder): void {
  const { sessionId } = r.around;
  if (r.last !== null) r.putPlain({ type: 'last-prompt', lastPrompt: r.lastPrompt.slice(0, 200), leafUuid: r.last, sessionId });
  r.putPlain({ type: 'custom-title', customTitle: 'Login for the shop', sessionId });
  r.putPlain({ type: 'mode', mode: 'normal', sessionId });
}

function make(r: Recorder, kind: string): Json {
  const { writer } = r.palette;
  switch (kind) {
    case 'task_reminder':
      return { type: kind, content: [], itemCount: 0 };
    case 'hook_additional_context':
      return {
        type: kind,
        content: ['Branch feature/login, 3 files changed.'],
        hookName: 'UserPromptSubmit',
        toolUseID: `hook-${r.random.uuid()}`,
        hookEvent: 'UserPromptSubmit',
      };
    case 'hook_success': {
      const text = writer.prose(300);
      return {
        type: kind,
        hookName: 'SessionStart:startup',
        toolUseID: r.random.uuid(),
        hookEvent: 'SessionStart',
        content: text,
        stdout: text,
        stderr: '',
        exitCode: 0,
        command: 'node .hooks/sessionstart.mjs',
        durationMs: r.random.int(80, 900),
      };
    }
    case 'edited_text_file': {
      const file = writer.file();
      return { type: kind, filename: `${r.around.cwd}/${file}`, snippet: writer.listing(800 * r.palette.scale + 40), displayPath: file };
    }
    case 'queued_command': {
      const prompt = writer.prompt(90);
      // Prompts carry the uuid they had in the queue; notices of finished tasks do not.
      return r.random.chance(0.6)
        ? { type: kind, prompt, source_uuid: r.random.uuid(), commandMode: 'prompt', origin: { kind: 'human' }, timestamp: r.stamp() }
        : {
            type: kind,
            prompt: `<task-notification>\n${prompt}\n</task-notification>`,
            commandMode: 'task-notification',
            timestamp: r.stamp(),
          };
    }
    case 'nested_memory': {
      const path = `${r.around.cwd}/src/AGENTS.md`;
      const text = writer.prose(160);
      return {
        type: kind,
        path,
        content: { path, type: 'Project', content: text, contentDiffersFromDisk: false },
        displayPath: 'src/AGENTS.md',
      };
    }
    case 'deferred_tools_delta':
      return {
        type: kind,
        addedNames: ['WebSearch', 'NotebookEdit'],
        addedLines: ['WebSearch', 'NotebookEdit'],
        removedNames: [],
        readdedNames: [],
      };
    case 'agent_listing_delta':
      return {
        type: kind,
        addedTypes: ['Explore'],
        addedLines: ['- Explore: searches the code base'],
        removedTypes: [],
        isInitial: true,
        showConcurrencyNote: true,
      };
    case 'skill_listing':
      return { type: kind, content: '- review: reads a change and comments on it', skillCount: 1, isInitial: true, names: ['review'] };
    case 'file': {
      const file = writer.file();
      const content = writer.code(1200 * r.palette.scale + 40);
      const lines = content.split('\n').length;
      return {
        type: kind,
        filename: `${r.around.cwd}/${file}`,
        content: { type: 'text', file: { filePath: `${r.around.cwd}/${file}`, content, numLines: lines, startLine: 1, totalLines: lines } },
        displayPath: file,
      };
    }
    case 'compact_file_reference': {
      const file = writer.file();
      return { type: kind, filename: `${r.around.cwd}/${file}`, displayPath: file };
    }
    default:
      return { type: kind };
  }
}
