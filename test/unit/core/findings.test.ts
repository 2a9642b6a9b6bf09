import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import type { Finding, Suggestion } from '../../../src/core/findings/finding.ts';
import { CLAUDE_AGENT_SDK } from '../../../src/core/loaders/claude-agent-sdk/loader.ts';
import { CLAUDE_CODE } from '../../../src/core/loaders/claude-code/loader.ts';
import { nameOf } from '../../../src/core/loaders/loader.ts';
import { NO_REPAIRS, withActions } from '../../../src/core/graph/repairs.ts';
import { JUDGED_BY_SDK } from '../../support/loaders.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, lines, record, type RecordSpec } from '../../support/records.ts';
import { present } from '../../support/expect-value.ts';

const open = async (specs: readonly RecordSpec[] | string, siblings: Parameters<typeof memoryPorts>[1] = []): Promise<SessionAnalysis> =>
  SessionAnalysis.open(memoryPorts(typeof specs === 'string' ? specs : lines(specs), siblings), NO_REPAIRS, 'everywhere', JUDGED_BY_SDK);
const codes = async (analysis: SessionAnalysis): Promise<string[]> =>
  (await analysis.judgement.findings()).map((finding) => `${finding.severity} ${finding.code} ${finding.line}`);
const first = async (analysis: SessionAnalysis): Promise<Finding> => present((await analysis.judgement.findings())[0]);
const best = async (analysis: SessionAnalysis): Promise<Suggestion | undefined> =>
  (await analysis.judgement.suggestions((await first(analysis)).id))[0];
const without = (specs: readonly RecordSpec[], ...ids: string[]): RecordSpec[] => specs.filter((spec) => !ids.includes(spec.id));

/** u0 ← a1(tool call) ← u2(result) ← a3(thinking) ← a4(text) ← progress 5 (Stop hook) ← system 6 ← u7 ← a8 */
function toolTurn(): RecordSpec[] {
  const group = { messageId: 'msg_b' };
  return [
    { id: idOf(0) },
    {
      id: idOf(1),
      parent: idOf(0),
      type: 'assistant',
      messageId: 'msg_a',
      content: [{ type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} }],
    },
    { id: idOf(2), parent: idOf(1), content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' }] },
    { id: idOf(3), parent: idOf(2), type: 'assistant', ...group, content: [{ type: 'thinking', thinking: 'hm', signature: 's' }] },
    { id: idOf(4), parent: idOf(3), type: 'assistant', ...group, content: [{ type: 'text', text: 'done' }] },
    { id: idOf(5), parent: idOf(4), type: 'progress', extra: { data: { type: 'hook_progress', hookEvent: 'Stop' } } },
    { id: idOf(6), parent: idOf(5), type: 'system', extra: { subtype: 'stop_hook_summary' } },
    { id: idOf(7), parent: idOf(6) },
    { id: idOf(8), parent: idOf(7), type: 'assistant', messageId: 'msg_c' },
  ];
}

describe('findings', () => {
  it('are none on a healthy session', async () => {
    expect(await codes(await open(toolTurn()))).toEqual([]);
  });

  it('name an orphan with its line and what the resume loses', async () => {
    const analysis = await open(without(toolTurn(), idOf(4)));
    expect(await codes(analysis)).toEqual(['error orphan-parent-missing 5']);
    const finding = await first(analysis);
    expect(finding).toMatchObject({ uuid: idOf(5), parentUuid: idOf(4), repairable: true });
    expect(finding.message).toContain('a text of the assistant was lost');
    // Claude Code steps over a gap of a second by itself; the SDK stops.
    const client = { loader: nameOf(CLAUDE_CODE), now: 6, withRepairs: 6, repaired: 6 };
    const loader = nameOf(CLAUDE_AGENT_SDK);
    expect((await analysis.judgement.summary()).resume).toEqual({
      loader,
      now: 2,
      withRepairs: 2,
      repaired: 6,
      total: 6,
      others: [client],
    });
  });

  it('call an orphan that no resume reaches a warning', async () => {
    const specs = [
      ...without(conversation(4), idOf(1)),
      { id: idOf(10), type: 'system' as const, extra: { subtype: 'compact_boundary' } },
      { id: idOf(11), parent: idOf(10), extra: { isCompactSummary: true } },
    ];
    expect(await codes(await open(specs))).toEqual(['warning orphan-parent-missing 2']);
  });

  it('are no alarm where a hook was running when a compaction began', async () => {
    const specs: RecordSpec[] = [
      ...conversation(2),
      { id: idOf(9), parent: idOf(99), type: 'progress' },
      { id: idOf(10), type: 'system', extra: { subtype: 'compact_boundary', logicalParentUuid: idOf(98) } },
      { id: idOf(11), parent: idOf(10), extra: { isCompactSummary: true } },
    ];
    expect(await codes(await open(specs))).toEqual(['info hook-record-dangling 3']);
  });

  it('are no alarm where the file is the tail of a longer session', async () => {
    const tail = conversation(8).slice(4);
    const alsoCut: RecordSpec = { id: idOf(20), parent: idOf(3), type: 'progress' };
    const analysis = await open([present(tail[0]), alsoCut, ...tail.slice(1)]);
    expect(await codes(analysis)).toEqual(['info session-sliced 1', 'info session-sliced 2']);
    expect((await first(analysis)).repairable).toBe(false);
  });

  it('are none for an agent file that starts in the main file', async () => {
    const agent = [{ id: idOf(50), parent: idOf(3), extra: { isSidechain: true, agentId: 'a1' } }];
    expect(await codes(await open(agent, [{ file: 'main.jsonl', text: lines(conversation(5)), kind: 'session' }]))).toEqual([]);
  });

  it('say in which file a lost record still is', async () => {
    const lost = present(toolTurn()[4]);
    const agent = lines([{ ...lost, extra: { isSidechain: true, agentId: 'aprompt' } }]);
    const analysis = await open(without(toolTurn(), idOf(4)), [{ file: 'agent-aprompt.jsonl', text: agent }]);
    expect(await codes(analysis)).toEqual(['error orphan-record-elsewhere 5']);
    expect((await first(analysis)).message).toContain('agent-aprompt.jsonl, line 1');
  });

  it('find a cycle and offer to cut it', async () => {
    const specs = conversation(5).map((spec) => (spec.id === idOf(2) ? { ...spec, parent: idOf(4) } : spec));
    const analysis = await open(specs);
    expect(await codes(analysis)).toEqual(['error parent-cycle 3']);
    expect(await best(analysis)).toMatchObject({ newParent: idOf(1), effect: { after: 5 } });
  });

  it('say what is wrong with lines, and an error where a resume loses by it', async () => {
    const [a, b, c] = conversation(3).map((spec, i) => JSON.stringify(record(spec, i)));
    expect(await codes(await open(`${a}\n${b}${c}\n`))).toEqual(['error line-concatenated 2']);
    expect(await codes(await open(`${a}\n${a}{"type":"summary"}\n${b}\n{"ty`))).toEqual([
      'warning line-concatenated 2',
      'warning line-torn 4',
    ]);
  });

  it.each([
    ['', 'The file is empty.'],
    ['\n\n\n', 'This is not a session'],
    ['hello\nworld\n', 'This is not a session'],
    ['{\n  "a": 1\n}\n', 'This is not a session'],
    ['{"level":"info","msg":"started"}\n', 'This is not a session'],
    ['\0\0\0\0', 'This is not a session'],
  ])('say plainly that %j is no session', async (text, message) => {
    const analysis = await open(text);
    expect(await codes(analysis)).toEqual(['error not-a-session 1']);
    expect((await first(analysis)).message).toContain(message);
  });

  it('stay the same ids after a repair elsewhere', async () => {
    const analysis = await open(without(toolTurn(), idOf(2), idOf(4)));
    const ids = async (): Promise<string[]> => (await analysis.judgement.findings()).map((finding) => finding.id).sort();
    const before = await ids();
    await analysis.updates.applyRepairs({ ...NO_REPAIRS, parents: { [idOf(5)]: idOf(3) } });
    expect(await ids()).toEqual(before.filter((id) => !id.endsWith(idOf(5))));
  });

  it('never throw for any bytes made of pieces of records', async () => {
    const pieces = toolTurn().flatMap((spec, i) => [JSON.stringify(record(spec, i)), '\n', '\0', '{"type":']);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), async (chosen) => {
        const analysis = await open(chosen.join(''));
        for (const finding of await analysis.judgement.findings()) await analysis.judgement.suggestions(finding.id);
        await analysis.records.rows(0, 100);
        await analysis.trials.plan('low');
      }),
      { numRuns: 300 },
    );
  });
});

describe('suggestions', () => {
  it('put the last record of the conversation first, with its effect', async () => {
    const analysis = await open(without(toolTurn(), idOf(4)));
    expect(await best(analysis)).toMatchObject({
      newParent: idOf(3),
      newParentLine: 4,
      confidence: 'high',
      effect: { before: 2, after: 6, total: 6 },
    });
  });

  it('take the open tool call where its result was lost', async () => {
    const specs = without(toolTurn(), idOf(2));
    const other: RecordSpec = { id: idOf(30), parent: idOf(1), type: 'system', extra: { subtype: 'informational' } };
    const analysis = await open([...specs.slice(0, 2), other, ...specs.slice(2)]);
    expect((await best(analysis))?.newParent).toBe(idOf(1));
    expect((await best(analysis))?.reasons[0]).toContain('tool call has no result');
  });

  it('do not reach back to a tool call that another loss left open', async () => {
    const call = (id: number, parent: number, tool: string): RecordSpec => ({
      id: idOf(id),
      parent: idOf(parent),
      type: 'assistant',
      messageId: `msg_${id}`,
      content: [{ type: 'tool_use', id: tool, name: 'Bash', input: {} }],
    });
    const result = (id: number, parent: number, tool: string): RecordSpec => ({
      id: idOf(id),
      parent: idOf(parent),
      content: [{ type: 'tool_result', tool_use_id: tool, content: 'ok' }],
    });
    const text: RecordSpec = { id: idOf(6), parent: idOf(5), type: 'assistant', messageId: 'msg_6' };
    const session = [
      { id: idOf(0) },
      call(1, 0, 'a'),
      result(2, 1, 'a'),
      call(3, 2, 'b'),
      result(4, 3, 'b'),
      text,
      { id: idOf(7), parent: idOf(6) },
    ];
    const analysis = await open([...without(session, idOf(2), idOf(6)), { id: idOf(8), parent: idOf(7), type: 'assistant' as const }]);
    const orphan = present((await analysis.judgement.findings()).find((finding) => finding.uuid === idOf(7)));
    expect((await analysis.judgement.suggestions(orphan.id))[0]).toMatchObject({ newParent: idOf(4), confidence: 'high' });
  });

  it('hang a progress record under what was written before it, and name the call it reports on as another place', async () => {
    const session = toolTurn();
    const progress: RecordSpec = {
      id: idOf(31),
      parent: idOf(30),
      type: 'progress',
      extra: { data: { type: 'bash_progress' }, toolUseID: 'bash-progress-1', parentToolUseID: 'toolu_1' },
    };
    const analysis = await open([...session.slice(0, 2), present(session[3]), progress, ...session.slice(4)]);
    const orphan = present((await analysis.judgement.findings()).find((finding) => finding.uuid === idOf(31)));
    const parents = (await analysis.judgement.suggestions(orphan.id)).map((suggestion) => suggestion.newParent);
    expect(parents[0]).toBe(idOf(3));
    expect(parents).toContain(idOf(1));
  });

  it('hang the result of a lost tool call under the prompt that the call followed', async () => {
    const analysis = await open(without(toolTurn(), idOf(1)));
    expect(await best(analysis)).toMatchObject({ newParent: idOf(0), confidence: 'high' });
  });

  it('never cross a compaction, nor lead to a progress or a subagent record', async () => {
    const specs: RecordSpec[] = [
      ...conversation(4),
      { id: idOf(10), type: 'system', extra: { subtype: 'compact_boundary' } },
      { id: idOf(11), parent: idOf(10), extra: { isCompactSummary: true } },
      { id: idOf(12), parent: idOf(11), type: 'progress' },
      { id: idOf(13), parent: idOf(11), type: 'assistant', extra: { isSidechain: true } },
      { id: idOf(14), parent: idOf(90) },
    ];
    const analysis = await open(specs);
    const parents = (await analysis.judgement.suggestions((await first(analysis)).id)).map((suggestion) => suggestion.newParent);
    expect(parents[0]).toBe(idOf(11));
    for (const parent of parents) expect([idOf(10), idOf(11)]).toContain(parent);
  });

  it('never close a cycle, alone or together, whatever was lost', async () => {
    const session = [
      ...toolTurn(),
      ...conversation(8).map((spec, i) => ({ ...spec, id: idOf(100 + i), parent: i === 0 ? idOf(8) : idOf(99 + i) })),
    ];
    await fc.assert(
      fc.asyncProperty(fc.subarray(session.map((spec) => spec.id)), async (lost) => {
        const analysis = await open(without(session, ...lost));
        const plan = await analysis.trials.plan('low');
        await analysis.updates.applyRepairs(
          withActions(
            NO_REPAIRS,
            plan.repairs.map(({ suggestion }) => suggestion.action),
          ),
        );
        const left = (await analysis.judgement.findings()).map((finding) => finding.code);
        expect(left).not.toContain('parent-cycle');
        expect((await analysis.judgement.summary()).resume.withRepairs).toBe(plan.effect.after);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a session that is being written', () => {
  it('keeps repairs that are laid over while it is read again', async () => {
    let text = lines(conversation(6).filter((spec) => spec.id !== idOf(2)));
    const ports = memoryPorts('');
    const source = {
      name: 'live.jsonl',
      size: () => Promise.resolve(text.length),
      read: (start: number, end: number) => Promise.resolve(new TextEncoder().encode(text.slice(start, end))),
    };
    const analysis = await SessionAnalysis.open({ ...ports, source }, NO_REPAIRS, 'everywhere', JUDGED_BY_SDK);
    text += lines([{ id: idOf(6), parent: idOf(5) }]);
    const refreshed = analysis.updates.refresh();
    await analysis.updates.applyRepairs({ ...NO_REPAIRS, parents: { [idOf(3)]: idOf(1) } });
    expect(await refreshed).toBe(true);
    expect((await analysis.judgement.summary()).resume).toMatchObject({ now: 4, withRepairs: 6, total: 6 });
    expect(await analysis.judgement.findings()).toEqual([]);
  });
});
