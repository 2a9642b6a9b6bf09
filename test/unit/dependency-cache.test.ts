import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepDependencies, takeDependencies } from '../../scripts/dependency-cache.mjs';

let folder: string;

/** A checkout with a lock file, without node_modules. */
function checkout(name: string, lock = 'lock'): string {
  const made = join(folder, name);
  mkdirSync(made);
  writeFileSync(join(made, 'package-lock.json'), lock);
  return made;
}

function install(into: string, content: string): void {
  mkdirSync(join(into, 'node_modules', 'tool', 'bin'), { recursive: true });
  writeFileSync(join(into, 'node_modules', 'tool', 'bin', 'tool.js'), content);
  mkdirSync(join(into, 'node_modules', '.bin'));
  symlinkSync('../tool/bin/tool.js', join(into, 'node_modules', '.bin', 'tool'));
}

const tool = (of: string): string => readFileSync(join(of, 'node_modules', '.bin', 'tool'), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riff-cache-'));
  vi.stubEnv('RIFF_CACHE_DIR', join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('what npm has installed', () => {
  it('is given to the next checkout with the same lock file, whole and in place of what is there', () => {
    const first = checkout('first');
    install(first, 'one');
    keepDependencies(first);
    const second = checkout('second');
    install(second, 'old');
    writeFileSync(join(second, 'node_modules', 'left-over'), '');

    expect(takeDependencies(second)).toBe(true);
    expect(tool(second)).toBe('one');
    expect(readdirSync(join(second, 'node_modules')).sort()).toEqual(['.bin', 'tool']);
    expect(readlinkSync(join(second, 'node_modules', '.bin', 'tool'))).toBe('../tool/bin/tool.js');
    expect(lstatSync(join(second, 'node_modules', 'tool')).isDirectory()).toBe(true);
  });

  it('is not given to a checkout with another lock file, and only the newest is kept', () => {
    const first = checkout('first');
    install(first, 'one');
    keepDependencies(first);
    const other = checkout('other', 'another lock');
    expect(takeDependencies(other)).toBe(false);

    install(other, 'two');
    keepDependencies(other);
    expect(takeDependencies(checkout('third', 'another lock'))).toBe(true);
    expect(takeDependencies(checkout('fourth'))).toBe(false);
    expect(readdirSync(join(folder, 'cache'))).toHaveLength(1);
  });

  it('is not changed by what npm writes down of a checkout later', () => {
    const list = (of: string): string => join(of, 'node_modules', '.package-lock.json');
    const first = checkout('first');
    install(first, 'one');
    writeFileSync(list(first), 'as installed');
    keepDependencies(first);
    writeFileSync(list(first), 'one more');
    const second = checkout('second');
    takeDependencies(second);
    writeFileSync(list(second), 'another one more');
    const third = checkout('third');
    takeDependencies(third);
    expect(readFileSync(list(third), 'utf8')).toBe('as installed');
  });

  it('stays in the cache when a checkout is removed', () => {
    const first = checkout('first');
    install(first, 'one');
    keepDependencies(first);
    rmSync(first, { recursive: true });
    const second = checkout('second');
    expect(takeDependencies(second)).toBe(true);
    expect(tool(second)).toBe('one');
  });
});
