import { applyTheme } from './themes.ts';

declare global {
  /** Given by the test's process. */
  function toHost(message: unknown): Promise<void>;
}

let saved: unknown;

Object.assign(globalThis, {
  acquireVsCodeApi: () => ({
    postMessage: (message: unknown) => void toHost(message),
    getState: () => saved,
    setState: (state: unknown) => {
      saved = structuredClone(state);
    },
  }),
});

applyTheme(new URLSearchParams(location.search).get('theme') ?? 'dark');
