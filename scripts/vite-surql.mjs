// Lets vitest import migrations as text, as esbuild's text loader does.

/** @returns {import('vite').Plugin} */
export function surqlAsText() {
  return {
    name: 'surql-as-text',
    transform(code, id) {
      return id.endsWith('.surql') ? { code: `export default ${JSON.stringify(code)};`, map: null } : null;
    },
  };
}
