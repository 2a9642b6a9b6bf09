import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importProblem, KNOWN_EXCEPTIONS, markdownRows, roomOf, ROOMS } from '../../../scripts/architecture/rooms.ts';
import { sourceFiles } from './source-files.ts';

const root = path.resolve(import.meta.dirname, '../../..');

describe('the table of rooms', () => {
  it('is what ARCHITECTURE.md shows', async () => {
    const lines = (await readFile(path.join(root, 'ARCHITECTURE.md'), 'utf8')).split('\n');
    expect(lines.filter((line) => /^\| `(src|webview)/.test(line))).toEqual(markdownRows());
  });

  it('has a room for every source file, but those directly in src and src/core', async () => {
    const homeless = (await sourceFiles()).filter((file) => roomOf(file) === null && !/^src\/(core\/)?[^/]+$/.test(file));
    expect(homeless).toEqual([]);
  });

  it('has arrows to earlier rows only', () => {
    const folders = ROOMS.map(({ folder }) => folder);
    for (const [index, { folder, uses, usesTypesOf = [] }] of ROOMS.entries()) {
      const earlier = folders.slice(0, index);
      const later = [...uses, ...usesTypesOf].filter((used) => !earlier.some((other) => other === used || other.startsWith(`${used}/`)));
      expect({ folder, later }).toEqual({ folder, later: [] });
    }
  });

  it('lists no exception that is not needed', async () => {
    const files = await sourceFiles();
    const needed = (exception: string): boolean => {
      const [from = '', to = ''] = exception.split(' -> ');
      return files.some((file) => file.startsWith(`${from}/`)) && files.some((file) => file.startsWith(`${to}/`));
    };
    expect(KNOWN_EXCEPTIONS.imports.filter((exception) => !needed(exception))).toEqual([]);
  });
});

describe('an import', () => {
  it('of a lower room is allowed, of a higher one is not', () => {
    expect(importProblem('src/core/graph/lanes.ts', 'src/core/transcript/source.ts', false)).toBeNull();
    expect(importProblem('src/core/graph/lanes.ts', 'src/core/session/model.ts', false)).toMatch(
      'src/core/graph may not import src/core/session',
    );
    expect(importProblem('src/core/log/replay.ts', 'src/store/open-store.ts', true)).toMatch('may not import');
    expect(importProblem('src/cli/main.ts', 'src/extension/extension.ts', true)).toMatch('may not import');
  });

  it('of a type is allowed where the code runs elsewhere, of a value is not', () => {
    expect(importProblem('webview/graph.ts', 'src/core/findings/finding.ts', true)).toBeNull();
    expect(importProblem('webview/graph.ts', 'src/core/findings/finding.ts', false)).toMatch('only types');
    expect(importProblem('src/protocol/messages.ts', 'src/core/findings/finding.ts', true)).toBeNull();
  });

  it('of a file directly in the core is open to the core', () => {
    expect(importProblem('src/core/log/event.ts', 'src/core/json.ts', true)).toBeNull();
    expect(importProblem('webview/graph.ts', 'src/core/count-text.ts', false)).toMatch('only types');
  });
});

describe('the linter', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'riff-lint-'));
    for (const name of ['oxlint.config.ts', 'scripts', 'node_modules', 'tsconfig.json']) {
      await symlink(path.join(root, name), path.join(folder, name));
    }
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Writes files and returns what the linter says of them. */
  async function lint(files: Readonly<Record<string, string>>): Promise<string> {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const linter = path.join(root, 'node_modules/oxlint/bin/oxlint');
    return new Promise((resolve) => {
      execFile(process.execPath, [linter, '-f', 'unix', 'src'], { cwd: folder }, (_error, stdout) => resolve(stdout));
    });
  }

  it('catches an import against the table, and files that import each other in a circle', async () => {
    const said = await lint({
      'src/core/log/upward.ts': "export type { Above } from '../session/above.ts';\n",
      'src/core/session/above.ts': "import type { lower } from '../log/lower.ts';\n\nexport type Above = typeof lower;\n",
      'src/core/log/lower.ts': 'export const lower = 1;\n',
      'src/store/one.ts': "import type { Two } from './two.ts';\n\nexport type One = Two | null;\n",
      'src/store/two.ts': "import type { One } from './one.ts';\n\nexport type Two = readonly One[];\n",
    });
    expect(said).toMatch(/src\/core\/log\/upward\.ts.*src\/core\/log may not import src\/core\/session\/above\.ts/);
    expect(said).toMatch(/src\/store\/one\.ts.*cycle/);
    expect(said).toMatch(/src\/store\/two\.ts.*cycle/);
    expect(said).not.toMatch(/^src\/core\/(session|log\/lower)/m);
  });

  it('keeps what makes and writes events from the doors, but not their types', async () => {
    const said = await lint({
      'src/core/log/drafts.ts': 'export const noteDraft = 1;\nexport type DraftContext = 2;\n',
      'src/core/log/append/outbox.ts': 'export const flushOutbox = 1;\nexport const isOutOfReach = 2;\n',
      'src/cli/maker.ts': "import { noteDraft } from '../core/log/drafts.ts';\n\nexport const made = noteDraft;\n",
      'src/extension/sender.ts': "import { flushOutbox } from '../core/log/append/outbox.ts';\n\nexport const sent = flushOutbox;\n",
      'src/cli/reader.ts':
        "import type { DraftContext } from '../core/log/drafts.ts';\nimport { isOutOfReach } from '../core/log/append/outbox.ts';\n\nexport const read: [DraftContext, number] = [2, isOutOfReach];\n",
      'src/operations/maker.ts': "import { noteDraft } from '../core/log/drafts.ts';\n\nexport const made = noteDraft;\n",
    });
    expect(said).toMatch(/src\/cli\/maker\.ts.*restricted/);
    expect(said).toMatch(/src\/extension\/sender\.ts.*restricted/);
    expect(said).not.toMatch(/src\/(cli\/reader|operations\/maker)\.ts/);
  });
});
