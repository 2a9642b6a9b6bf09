import { GraphConnection } from '../../../src/extension/graph/connection.ts';
import { isHostMessage } from '../../../src/protocol/host-message.ts';
import type { HostMessage } from '../../../src/protocol/messages.ts';
import { ENGLISH_HOST_STRINGS } from '../../../src/protocol/host-strings.ts';
import { FakeModel } from './fake-model.ts';
import { fakeRecords, type Scenario } from './fake-records.ts';
import { FakeSession } from './fake-session.ts';
import { applyTheme } from './themes.ts';

/** What tests look at and turn. */
interface Rig {
  readonly session: FakeSession<FakeModel>;
  readonly violations: string[];
  readonly problems: string[];
  readonly asked: number[];
  readonly answered: number[];
  /** Request types that are never answered. */
  readonly silent: Set<string>;
  applyTheme(name: string): void;
  reveal(uuid: string): void;
  append(count: number): void;
  savedState(): unknown;
}

declare global {
  var rig: Rig;
  var acquireVsCodeApi: () => unknown;
}

const options = new URLSearchParams(location.search);
/** A page keeps its state when it is loaded again, and leaves none to the next graph. */
const opening = options.get('opening') ?? '';

function makeSession(): FakeSession<FakeModel> {
  const kind = options.get('scenario') ?? 'damaged';
  const scenario: Scenario = kind === 'hostile' || kind === 'healthy' ? kind : 'damaged';
  const empty = kind === 'empty' || kind === 'notsession';
  const count = empty ? 0 : Number(options.get('rows') ?? 151);
  const notices =
    options.get('notices') === null
      ? []
      : ['Line 3 is not JSON and was left out.', 'Line 4 ends in the middle of a record; what was there was read.'];
  const model = new FakeModel(fakeRecords(count, scenario), notices);
  const session = new FakeSession(model);
  if (kind === 'loading') session.opening = { kind: 'loading' };
  if (kind === 'unreadable') {
    session.opening = { kind: 'failed', message: 'Permission denied.', remedy: ENGLISH_HOST_STRINGS.unreadableRemedy };
  }
  return session;
}

function start(): void {
  const session = makeSession();
  const silent = new Set<string>();
  const asked: number[] = [];
  const answered: number[] = [];
  const problems: string[] = [];
  const violations: string[] = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
  const toPage = (message: HostMessage): Promise<boolean> => {
    if (message.type === 'response') answered.push(message.id);
    // As the editor does: a copy, and never at once.
    const copy: unknown = structuredClone(message);
    if (!isHostMessage(copy)) problems.push(`refused by the page: ${message.type}`);
    setTimeout(() => window.postMessage(copy, '*'), Number(options.get('delay') ?? 0));
    return Promise.resolve(true);
  };
  const connection = new GraphConnection(
    { session, actions: session.actions, strings: ENGLISH_HOST_STRINGS, translations: {}, view: 'page', close: () => undefined },
    { post: toPage, report: (problem) => problems.push(problem) },
  );
  session.onChange = () => void connection.pushState();
  let saved: unknown = JSON.parse(sessionStorage.getItem(opening) ?? 'null') ?? undefined;
  globalThis.acquireVsCodeApi = () => ({
    postMessage(message: { type: string; id?: number; request?: { type: string } }) {
      if (message.type === 'request' && message.id !== undefined) asked.push(message.id);
      if (message.request !== undefined && silent.has(message.request.type)) return;
      void connection.receive(structuredClone(message));
    },
    getState: () => saved,
    setState(state: unknown) {
      saved = structuredClone(state);
      sessionStorage.setItem(opening, JSON.stringify(saved));
    },
  });
  globalThis.rig = {
    session,
    violations,
    problems,
    asked,
    answered,
    silent,
    applyTheme,
    reveal: (uuid) => void connection.reveal(uuid),
    append(count) {
      const { length } = session.model;
      const more = fakeRecords(length + count, 'healthy').slice(length);
      session.model.append(more.map((record, index) => ({ ...record, parent: length + index - 1 })));
      session.changed();
    },
    savedState: () => saved,
  };
  applyTheme(options.get('theme') ?? 'dark');
}

start();
