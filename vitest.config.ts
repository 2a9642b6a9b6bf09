import { defineConfig } from 'vitest/config';
import { surqlAsText } from './scripts/vite-surql.mjs';

export default defineConfig({
  plugins: [surqlAsText()],
  test: { include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts'], testTimeout: 60_000 },
});
