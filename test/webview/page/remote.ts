import { applyTheme } from './themes.ts';

declare global {
  /** Given by the test's process, unless there is a page beside this one that passes messages on. */
  var toHost: ((opening: string, message: unknown) => Promise<void>) | undefined;
}

interface Message {
  readonly type: string;
  readonly id?: number;
}

const options = new URLSearchParams(location.search);
/** A page keeps its state when it is loaded again, and leaves none to the next graph. */
const opening = options.get('opening') ?? '';

/** The same names as the stand-in's: tests wait and look the same way. */
const rig = { violations: [] as string[], asked: [] as number[], answered: [] as number[], savedState: () => saved, applyTheme };
let saved: unknown = JSON.parse(sessionStorage.getItem(opening) ?? 'null') ?? undefined;

document.addEventListener('securitypolicyviolation', (event) => {
  rig.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
window.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  if (data.type === 'response' && data.id !== undefined) rig.answered.push(data.id);
});

// The editor's own frame passes messages on in the same way.
new BroadcastChannel('to-page').addEventListener('message', ({ data }: MessageEvent<unknown>) => window.postMessage(data, '*'));
const fromPage = new BroadcastChannel('from-page');

Object.assign(globalThis, {
  rig,
  acquireVsCodeApi: () => ({
    postMessage: (message: Message) => {
      if (message.type === 'request' && message.id !== undefined) rig.asked.push(message.id);
      if (globalThis.toHost === undefined) fromPage.postMessage(message);
      else void globalThis.toHost(opening, message);
    },
    getState: () => saved,
    setState: (state: unknown) => {
      saved = structuredClone(state);
      sessionStorage.setItem(opening, JSON.stringify(saved));
    },
  }),
});

applyTheme(options.get('theme') ?? 'dark');
