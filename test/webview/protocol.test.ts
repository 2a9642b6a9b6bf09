import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_REPAIRS } from '../../src/core/graph/repairs.ts';
import { GraphConnection } from '../../src/extension/graph/connection.ts';
import type { Opening } from '../../src/extension/graph/graph-session.ts';
import { contentSecurityPolicy, pageHtml } from '../../src/extension/graph/page-html.ts';
import { RequestClient, RequestError } from '../../src/protocol/client.ts';
import { isHostMessage } from '../../src/protocol/host-message.ts';
import { PROTOCOL_VERSION, type HostMessage, type WebviewMessage } from '../../src/protocol/messages.ts';
import { ENGLISH_HOST_STRINGS } from '../../src/protocol/host-strings.ts';
import { suggestionFingerprint } from '../../src/operations/by-hand/offered-suggestion.ts';
import { FakeModel } from './page/fake-model.ts';
import { fakeRecords } from './page/fake-records.ts';
import { FakeSession } from './page/fake-session.ts';

interface Line {
  readonly session: FakeSession<FakeModel>;
  readonly connection: GraphConnection;
  readonly sent: HostMessage[];
  readonly problems: string[];
  readonly ask: (request: unknown, version?: number) => Promise<HostMessage | undefined>;
}

function connect(opening?: Opening): Line {
  const session = new FakeSession(new FakeModel(fakeRecords(151, 'damaged')));
  const sent: HostMessage[] = [];
  const problems: string[] = [];
  if (opening !== undefined) session.opening = opening;
  const connection = new GraphConnection(
    { session, actions: session.actions, strings: ENGLISH_HOST_STRINGS, translations: {}, view: 'page', close: () => undefined },
    {
      post: (message) => {
        sent.push(structuredClone(message));
        return Promise.resolve(true);
      },
      report: (problem) => problems.push(problem),
    },
  );
  let lastId = 0;
  const ask = async (request: unknown, version = PROTOCOL_VERSION): Promise<HostMessage | undefined> => {
    const id = ++lastId;
    await connection.receive({ type: 'request', protocolVersion: version, id, request });
    return sent.find((message) => message.type === 'response' && message.id === id);
  };
  return { session, connection, sent, problems, ask };
}

const errorOf = (message: HostMessage | undefined): string | undefined =>
  message?.type === 'response' && 'err' in message.result ? message.result.err.code : undefined;

const answerOf = (message: HostMessage | undefined): unknown =>
  message?.type === 'response' && 'ok' in message.result ? message.result.ok : undefined;

describe('the host answers', () => {
  it.each([
    [{ type: 'rows', start: 0, count: 501 }],
    [{ type: 'rows', start: -1, count: 5 }],
    [{ type: 'rows', start: 0.5, count: 5 }],
    [{ type: 'record', uuid: '' }],
    [{ type: 'record', uuid: 7 }],
    [{ type: 'nextRecord', from: null, direction: 2, search: 'finding' }],
    [{ type: 'openText', line: 0 }],
    [{ type: '__proto__' }],
    [{ type: 'unheard-of' }],
    [null],
    ['rows'],
  ])('a request that is not sound with an error: %j', async (request) => {
    const { ask } = connect();
    expect(errorOf(await ask(request))).toBe('invalid_request');
  });

  it('a page of another version with what to do', async () => {
    const { ask } = connect();
    expect(errorOf(await ask({ type: 'state' }, PROTOCOL_VERSION + 1))).toBe('wrong_version');
  });

  it('nothing to what has no id, and tells the log', async () => {
    const { connection, sent, problems } = connect();
    for (const message of [undefined, 'x', { type: 'request', request: { type: 'state' } }, { type: 'ready' }]) {
      await connection.receive(message);
    }
    expect(sent).toEqual([]);
    expect(problems).toHaveLength(4);
  });

  it('requests before the session is open, and after it could not be opened', async () => {
    const loading = connect({ kind: 'loading' });
    expect(errorOf(await loading.ask({ type: 'rows', start: 0, count: 10 }))).toBe('unavailable');
    const failed = connect({ kind: 'failed', message: 'Permission denied.', remedy: 'Ask for it.' });
    expect(errorOf(await failed.ask({ type: 'record', uuid: 'x' }))).toBe('unavailable');
    expect(answerOf(await failed.ask({ type: 'state' }))).toMatchObject({ kind: 'explained', message: 'Permission denied.' });
  });

  it('a defect below with an error, and tells the log', async () => {
    const { ask, session, problems } = connect();
    session.model.graph.rows = () => Promise.reject(new Error('the worker ended'));
    expect(errorOf(await ask({ type: 'rows', start: 0, count: 10 }))).toBe('failed');
    expect(problems).toHaveLength(1);
  });

  it('a request that nobody waits for any more, at once and without a word in the log', async () => {
    const { connection, session, sent, problems } = connect();
    const asked: AbortSignal[] = [];
    session.model.until = (signal) => {
      asked.push(signal);
      const model = new FakeModel([]);
      model.graph.rows = () => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))));
      return model;
    };
    const answered = connection.receive({
      type: 'request',
      protocolVersion: PROTOCOL_VERSION,
      id: 7,
      request: { type: 'rows', start: 0, count: 9 },
    });
    await connection.receive({ type: 'cancel', protocolVersion: PROTOCOL_VERSION, id: 7 });
    await answered;
    expect(asked.map((signal) => signal.aborted)).toEqual([true]);
    expect(errorOf(sent[0])).toBe('cancelled');
    expect(problems).toEqual([]);
  });

  it('once to an id that is used twice at a time', async () => {
    const { connection, sent, problems } = connect();
    const request = { type: 'request', protocolVersion: PROTOCOL_VERSION, id: 3, request: { type: 'rows', start: 0, count: 9 } };
    await Promise.all([connection.receive(request), connection.receive(request)]);
    expect(sent).toHaveLength(1);
    expect(problems).toHaveLength(1);
  });

  it('rows clipped to the session', async () => {
    const { ask } = connect();
    expect(answerOf(await ask({ type: 'rows', start: 140, count: 100 }))).toMatchObject({ start: 140, rows: { length: 11 } });
  });
});

describe('a repair', () => {
  interface Offer {
    readonly fingerprint: string;
  }

  async function offers(line: Line): Promise<{ findingId: string; offered: Offer[] }> {
    const findingId = (await line.session.model.judgement.findings())[0]?.id ?? '';
    return { findingId, offered: answerOf(await line.ask({ type: 'suggestions', findingId })) as Offer[] };
  }

  it('is written once with the reason and sends the new state', async () => {
    const line = connect();
    const { findingId, offered } = await offers(line);
    const answer = await line.ask({ type: 'repair', findingId, index: 0, fingerprint: offered[0]?.fingerprint ?? '' });
    expect(answerOf(answer)).toEqual({ kind: 'done', message: 'Repaired.' });
    expect(line.session.events.map((event) => event.reason)).toEqual(['checked against the transcript']);
    expect(await line.session.model.judgement.findings()).toHaveLength(0);
  });

  it('is in the picture before it is told: the next key may be meant for it', async () => {
    const line = connect();
    const { findingId, offered } = await offers(line);
    const summary = await line.session.model.judgement.summary();
    line.session.model.judgement.summary = () => new Promise((resolve) => setTimeout(() => resolve(summary), 5));
    line.session.onChange = () => void line.connection.pushState();
    await line.connection.receive({ type: 'ready', protocolVersion: PROTOCOL_VERSION });
    line.sent.length = 0;
    await line.ask({ type: 'repair', findingId, index: 0, fingerprint: offered[0]?.fingerprint ?? '' });
    expect(line.sent).toMatchObject([{ type: 'changed', state: { lastRepair: { eventId: 'event-1' } } }, { type: 'response' }]);
  });

  it('is previewed as it was offered, or not at all, and nothing is written', async () => {
    const line = connect();
    const { findingId, offered } = await offers(line);
    const shown: (string | null)[] = [];
    line.session.actions.preview = (_, finding, suggestion) => {
      shown.push(suggestion === null ? null : suggestionFingerprint(finding.id, suggestion));
      return Promise.resolve({ kind: 'done', message: '' });
    };
    const fingerprint = offered[1]?.fingerprint ?? '';
    expect(answerOf(await line.ask({ type: 'preview', findingId, fingerprint }))).toEqual({ kind: 'done', message: '' });
    expect(answerOf(await line.ask({ type: 'preview', findingId, fingerprint: null }))).toEqual({ kind: 'done', message: '' });
    expect(errorOf(await line.ask({ type: 'preview', findingId, fingerprint: `${fingerprint} ` }))).toBe('stale');
    expect(shown).toEqual([fingerprint, null]);
    expect(line.session.events).toEqual([]);
  });

  it('is refused when the index now means another candidate', async () => {
    const line = connect();
    const { findingId, offered } = await offers(line);
    const answer = await line.ask({ type: 'repair', findingId, index: 1, fingerprint: offered[0]?.fingerprint ?? '' });
    expect(errorOf(answer)).toBe('stale');
    expect(line.session.events).toEqual([]);
  });

  it('is refused when the session changed while the reason was being asked for', async () => {
    const line = connect();
    const { findingId, offered } = await offers(line);
    line.session.actions.askReason = async () => {
      await line.session.model.updates.applyRepairs({ ...NO_REPAIRS, parents: { [findingId.slice(findingId.indexOf(':') + 1)]: null } });
      return 'too late';
    };
    const answer = await line.ask({ type: 'repair', findingId, index: 0, fingerprint: offered[0]?.fingerprint ?? '' });
    expect(errorOf(answer)).toBe('stale');
    expect(line.session.events).toEqual([]);
  });

  it('is not written when nobody waits for it any more', async () => {
    const line = connect();
    const { findingId, offered } = await offers(line);
    line.session.actions.askReason = async () => {
      await line.connection.receive({ type: 'cancel', protocolVersion: PROTOCOL_VERSION, id: 2 });
      return 'nobody waits';
    };
    const answer = await line.ask({ type: 'repair', findingId, index: 0, fingerprint: offered[0]?.fingerprint ?? '' });
    expect(answerOf(answer)).toEqual({ kind: 'cancelled' });
    expect(line.session.events).toEqual([]);
  });

  it('that someone else beat to it says who did what', async () => {
    const line = connect();
    const { findingId, offered } = await offers(line);
    line.session.actions.repair = async (handle, finding, suggestion, reason) => {
      await handle.repair(finding, suggestion, reason);
      return { kind: 'conflict', theirs: handle.events };
    };
    const answer = await line.ask({ type: 'repair', findingId, index: 0, fingerprint: offered[0]?.fingerprint ?? '' });
    expect(errorOf(answer)).toBe('conflict');
    const message = answer?.type === 'response' && 'err' in answer.result ? answer.result.err.message : '';
    expect(message).toMatch(/^\S+ repaired line \d+ \(.+\) first, .+: from .+ to line \d+ .+\. Nothing was done\.$/);
  });

  it('cannot be taken back twice', async () => {
    const line = connect();
    const { findingId, offered } = await offers(line);
    await line.ask({ type: 'repair', findingId, index: 0, fingerprint: offered[0]?.fingerprint ?? '' });
    expect(answerOf(await line.ask({ type: 'revert', eventId: 'event-1' }))).toMatchObject({ kind: 'done' });
    expect(errorOf(await line.ask({ type: 'revert', eventId: 'event-1' }))).toBe('stale');
    expect(line.session.events).toHaveLength(2);
  });
});

describe('the state', () => {
  it('is sent whole when the page is ready, and merged when changes come quickly', async () => {
    const { connection, session, sent } = connect();
    await connection.pushState();
    expect(sent).toEqual([]);
    await connection.receive({ type: 'ready', protocolVersion: PROTOCOL_VERSION });
    expect(sent).toHaveLength(1);
    expect(sent.every(isHostMessage)).toBe(true);
    const pushes = Array.from({ length: 20 }, () => {
      session.revision++;
      return connection.pushState();
    });
    await Promise.all(pushes);
    await vi.waitFor(() => expect(sent.at(-1)).toMatchObject({ state: { revision: 21 } }));
    expect(sent.length).toBeLessThan(5);
  });

  it('explains itself when it cannot be made', async () => {
    const { connection, session, sent } = connect();
    session.model.judgement.summary = () => Promise.reject(new Error('the worker ended'));
    await connection.receive({ type: 'ready', protocolVersion: PROTOCOL_VERSION });
    expect(sent).toMatchObject([{ type: 'changed', state: { kind: 'explained' } }]);
  });

  it('a record to reveal waits for the page', async () => {
    const { connection, sent } = connect();
    await connection.reveal('abc');
    expect(sent).toEqual([]);
    await connection.receive({ type: 'ready', protocolVersion: PROTOCOL_VERSION });
    expect(sent.map((message) => message.type)).toEqual(['changed', 'reveal']);
  });
});

describe('the asking end', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives up after the time limit and tells the host', async () => {
    const posted: WebviewMessage[] = [];
    const client = new RequestClient((message) => posted.push(message));
    const answer = client.request('rows', { start: 0, count: 1 }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(15_001);
    expect(await answer).toMatchObject({ code: 'timeout' });
    expect(await answer).toBeInstanceOf(RequestError);
    expect(posted.map((message) => message.type)).toEqual(['request', 'cancel']);
    expect(client.pending).toBe(0);
  });

  it('rejects what is cancelled and ignores the late answer', async () => {
    const client = new RequestClient(() => {});
    const controller = new AbortController();
    const answer = client.request('state', {}, controller.signal).catch((error: unknown) => error);
    controller.abort();
    client.answer(1, { ok: 'late' });
    expect(await answer).toMatchObject({ code: 'cancelled' });
    await expect(client.request('state', {}, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(client.pending).toBe(0);
  });

  it('keeps answers apart', async () => {
    const client = new RequestClient(() => {});
    const first = client.request('history', { uuid: 'a' });
    const second = client.request('history', { uuid: 'b' });
    client.answer(2, { ok: ['b'] });
    client.answer(1, { ok: ['a'] });
    expect(await Promise.all([first, second])).toEqual([['a'], ['b']]);
  });
});

describe('the page', () => {
  it('allows nothing but its own files', () => {
    const policy = contentSecurityPolicy('https://files.example', 'abc');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toMatch(/script-src[^;]*https:/);
    const html = pageHtml({ cspSource: 'x" onload="y', nonce: 'n', scriptUri: 'a&"b', styleUri: 'c', language: 'en' });
    expect(html).not.toContain('" onload="');
    expect(html).toContain('a&amp;&quot;b');
  });
});
