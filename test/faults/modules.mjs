// @ts-check
/** Lets Node import what the bundler takes apart otherwise: names from package.json, and migrations as text. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const MANIFEST = new URL('../../package.json', import.meta.url).href;

registerHooks({
  load: (url, context, next) => {
    const source = url.endsWith('.surql')
      ? `export default ${JSON.stringify(readFileSync(fileURLToPath(url), 'utf8'))}`
      : url === MANIFEST
        ? `export const { version } = ${readFileSync(fileURLToPath(url), 'utf8')}`
        : null;
    return source === null ? next(url, context) : { format: 'module', source, shortCircuit: true };
  },
});
