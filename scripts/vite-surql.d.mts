import type { Plugin } from 'vitest/config';
export function surqlAsText(): Plugin;
