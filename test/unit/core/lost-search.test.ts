/** Lost records are looked for near by before the first picture, in other sessions after it. */
import { describe, expect, it } from 'vitest';
import { NO_REPAIRS } from '../../../src/core/graph/repairs.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import type { AnalysisPorts, Sibling } from '../../../src/core/session/ports.ts';
import type { ByteSource } from '../../../src/core/transcript/source.ts';
import { memoryPorts, memorySource } from '../../support/memory-source.ts';
import { conversation, idOf, record } from '../../support/records.ts';

const whole = conversation(8).map((spec, i) => JSON.stringify(record(spec, i)));
const textOf = (records: readonly (string | undefined)[]): string => records.map((line) => `${line ?? ''}\n`).join('');
/** Without records 2 and 5. */
const damaged = textOf(whole.filter((_, i) => i !== 2 && i !== 5));
const agent: Sibling = { kind: 'agent', isNear: true, file: 'agent-a1.jsonl', source: memorySource(textOf([whole[2]])) };

function signal(): { readonly give: () => void; readonly given: Promise<void> } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { give: () => give(), given };
}

/** A session that can be read only once its gate was opened. */
function slowSession(text: string): { readonly sibling: Sibling; readonly open: () => void; readonly isAsked: Promise<void> } {
  const gate = signal();
  const asked = signal();
  const source = memorySource(text, { name: 'other.jsonl' });
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    asked.give();
    await gate.given;
    return source.read(start, end);
  };
  return {
    sibling: { kind: 'session', isNear: false, file: 'other.jsonl', source: { ...source, read } },
    open: gate.give,
    isAsked: asked.given,
  };
}

/** A session that is being written. */
const growingSource = (text: () => string): ByteSource => ({
  name: 'session.jsonl',
  size: () => Promise.resolve(text().length),
  read: (start, end) => memorySource(text()).read(start, end),
});

const portsWith = (text: string, siblings: readonly Sibling[]): AnalysisPorts => ({
  ...memoryPorts(text),
  siblings: { siblings: () => Promise.resolve(siblings) },
});

async function kindsOf(analysis: SessionAnalysis): Promise<string[]> {
  return (await analysis.trials.plan('high')).repairs.map(({ suggestion }) => suggestion.action.kind);
}

const notices = async (analysis: SessionAnalysis): Promise<readonly string[]> => (await analysis.judgement.summary()).notices;
const LOOKING = ['Looking for lost records in other sessions…'];

describe('a session whose lost records stand in other files', () => {
  it('is shown with what agent files have before another session was read, and with that after it', async () => {
    const other = slowSession(textOf([whole[5]]));
    const analysis = await SessionAnalysis.open(portsWith(damaged, [agent, other.sibling]), NO_REPAIRS, 'near');
    expect(await analysis.judgement.findings()).toHaveLength(2);
    expect(await kindsOf(analysis)).toEqual(['restore', 'reparent']);
    expect(await notices(analysis)).toEqual(LOOKING);
    const searching = analysis.judgement.searchElsewhere();
    await other.isAsked;
    // The session can be used while others are read.
    expect(await kindsOf(analysis)).toEqual(['restore', 'reparent']);
    other.open();
    expect(await searching).toBe(true);
    expect(await kindsOf(analysis)).toEqual(['restore', 'restore']);
    expect(await notices(analysis)).toEqual([]);
    expect(await analysis.judgement.searchElsewhere()).toBe(false);
  });

  it('keeps what was laid over it during the search', async () => {
    const other = slowSession(textOf([whole[5]]));
    const analysis = await SessionAnalysis.open(portsWith(damaged, [other.sibling]), NO_REPAIRS, 'near');
    const searching = analysis.judgement.searchElsewhere();
    await other.isAsked;
    await analysis.updates.applyRepairs({ ...NO_REPAIRS, parents: { [idOf(3)]: idOf(1) } });
    other.open();
    await searching;
    expect(await analysis.judgement.summary()).toMatchObject({ activeRepairs: 1 });
    expect(await kindsOf(analysis)).toEqual(['restore']);
  });

  it('is searched for all at once where the answer must be complete', async () => {
    const other = slowSession(textOf([whole[5]]));
    other.open();
    const analysis = await SessionAnalysis.open(portsWith(damaged, [agent, other.sibling]));
    expect(await kindsOf(analysis)).toEqual(['restore', 'restore']);
    expect(await notices(analysis)).toEqual([]);
  });

  it('reads no further file once it is closed', async () => {
    const first = slowSession(textOf([whole[1]]));
    const second = slowSession(textOf([whole[5]]));
    let isSecondRead = false;
    void second.isAsked.then(() => (isSecondRead = true));
    const analysis = await SessionAnalysis.open(portsWith(damaged, [first.sibling, second.sibling]), NO_REPAIRS, 'near');
    const searching = analysis.judgement.searchElsewhere();
    await first.isAsked;
    await analysis.dispose();
    first.open();
    expect(await searching).toBe(false);
    expect(isSecondRead).toBe(false);
  });

  it('does not begin again with every line that is appended, but with every record that is lost besides', async () => {
    let text = damaged;
    const growing = growingSource(() => text);
    let lists = 0;
    const siblings = {
      siblings: () => {
        lists++;
        return Promise.resolve([agent]);
      },
    };
    const analysis = await SessionAnalysis.open({ ...memoryPorts(''), source: growing, siblings }, NO_REPAIRS, 'near');
    const more = conversation(14).map((spec, i) => JSON.stringify(record(spec, i)));
    text += textOf(more.slice(8, 10));
    await analysis.updates.refresh();
    expect(await kindsOf(analysis)).toEqual(['restore', 'reparent']);
    expect(lists).toBe(1);
    text += textOf(more.slice(11, 13));
    await analysis.updates.refresh();
    expect(await kindsOf(analysis)).toEqual(['restore', 'reparent', 'reparent']);
    expect(lists).toBe(2);
  });

  it('whose losses change during a search is searched for those it has then', async () => {
    let text = damaged;
    const growing = growingSource(() => text);
    const more = conversation(14).map((spec, i) => JSON.stringify(record(spec, i)));
    const other = slowSession(textOf([more[5], more[10]]));
    const analysis = await SessionAnalysis.open({ ...portsWith('', [other.sibling]), source: growing }, NO_REPAIRS, 'near');
    const searching = analysis.judgement.searchElsewhere();
    await other.isAsked;
    text += textOf([...more.slice(8, 10), ...more.slice(11, 13)]);
    await analysis.updates.refresh();
    other.open();
    expect(await searching).toBe(true);
    expect(await kindsOf(analysis)).toEqual(['reparent', 'restore', 'restore']);
  });
});
