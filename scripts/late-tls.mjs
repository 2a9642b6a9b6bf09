// @ts-check
/**
 * With ws come Node's parts for TLS, which take 15 ms to load; a line to a process of the same machine needs none of them. In the bundles they
 * are loaded with the first line that does.
 * @type {import('esbuild').Plugin}
 */
export const LATE_TLS = {
  name: 'late-tls',
  setup: (pass) => {
    pass.onResolve({ filter: /^(https|tls)$/ }, ({ path, importer }) =>
      /[\\/]ws[\\/]lib[\\/]websocket\.js$/.test(importer) ? { path, namespace: 'late' } : undefined,
    );
    pass.onLoad({ filter: /^https$/, namespace: 'late' }, () => ({
      contents: `exports.request = (...given) => require('node:https').request(...given);`,
    }));
    pass.onLoad({ filter: /^tls$/, namespace: 'late' }, () => ({
      contents: `exports.connect = (options) => require('node:tls').connect(options);`,
    }));
  },
};
