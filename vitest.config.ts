import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vitest/config';

/** Migrations as text, as esbuild's text loader gives them. */
const surql = {
  name: 'surql',
  async load(id: string): Promise<string | null> {
    return id.endsWith('.surql') ? `export default ${JSON.stringify(await readFile(id, 'utf8'))}` : null;
  },
};

export default defineConfig({
  plugins: [surql],
  test: { include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts'], testTimeout: 60_000 },
});
