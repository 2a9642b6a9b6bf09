import type { Uri } from 'vscode';
import { NO_REPAIRS } from '../../../src/core/graph/repairs.ts';
import type { Finding } from '../../../src/core/findings/finding.ts';
import type { Proposal } from '../../../src/core/findings/finding.ts';
import type { RepairEvent } from '../../../src/core/log/event.ts';
import type { ActionOutcome, GraphActions } from '../../../src/extension/graph/actions.ts';
import type { GraphSession, Opening } from '../../../src/extension/graph/graph-session.ts';
import type { CancellableModel, RepairOutcome, SessionHandle } from '../../../src/extension/session/handle.ts';

/** An open session whose log lives in memory. */
export class FakeSession<Model extends CancellableModel = CancellableModel> implements GraphSession {
  readonly uri = { path: '/sessions/794650a6.jsonl', toString: () => 'file:///sessions/794650a6.jsonl' } as unknown as Uri;
  readonly name = '794650a6.jsonl';
  readonly model: Model;
  readonly events: RepairEvent[] = [];
  readonly actions: GraphActions;
  readonly openedLines: (number | null)[] = [];
  /** What `askReason` answers; undefined stands for a user who changed their mind. */
  reason: string | undefined = 'checked against the transcript';
  opening: Opening;
  revision = 1;
  onChange: () => void = () => {};
  readonly #active = new Set<string>();

  constructor(model: Model) {
    this.model = model;
    this.opening = { kind: 'open', handle: this.#handle() };
    this.actions = {
      askReason: () => Promise.resolve(this.reason),
      repair: (handle, finding, suggestion, reason) => handle.repair(finding, suggestion, reason),
      repairAll: (handle) => this.#repairAll(handle),
      preview: (_, finding) => Promise.resolve({ kind: 'done', message: `Previewed ${finding.code}` }),
      ignore: (handle, finding) => handle.ignore(finding, ''),
      splitBranches: () => Promise.resolve({ kind: 'done', message: 'Two sessions written.' }),
      revert: (handle, eventId, reason) => handle.revert(eventId, reason),
      writeCopy: () => Promise.resolve({ kind: 'done', message: 'Wrote 0d1f2a33.jsonl beside the session.' }),
      sync: () => Promise.resolve({ kind: 'failed', message: 'The database did not answer.', remedy: 'Check its address.' }),
      openAgent: (_, agent) => Promise.resolve({ kind: 'done', message: `Opened ${agent ?? 'the session'}` }),
      openLink: (address) => Promise.resolve({ kind: 'done', message: `Opened ${address}` }),
      openText: (_, line) => {
        this.openedLines.push(line);
        return Promise.resolve({ kind: 'done', message: '' });
      },
    };
  }

  reopen(): Promise<void> {
    return Promise.resolve();
  }

  changed(): void {
    this.revision++;
    this.onChange();
  }

  async #repairAll(handle: SessionHandle): Promise<ActionOutcome> {
    let made = 0;
    for (const finding of await handle.model.judgement.findings()) {
      const [best] = await handle.model.judgement.suggestions(finding.id);
      if (best?.confidence !== 'high') continue;
      await handle.repair(finding, best, '');
      made++;
    }
    return { kind: 'done', message: `${made} of ${made} repairs made.` };
  }

  #refreshActive(): void {
    const active = this.#active;
    active.clear();
    for (const event of [...this.events].reverse()) {
      const taken = this.events.some((other) => other.reverts_event_id === event.event_id && active.has(other.event_id));
      if (!taken) active.add(event.event_id);
    }
  }

  #handle(): SessionHandle {
    return {
      uri: this.uri,
      model: this.model,
      events: this.events,
      // Filled in place by each append, so that the handle always shows the newest.
      activeEventIds: this.#active,
      waitingEventIds: new Set(),
      storeState: { kind: 'ready', place: null },
      onDidChange: neverFires,
      readLog: () => Promise.resolve(),
      repair: (finding, suggestion, reason) => this.#repair(finding, suggestion, reason),
      repairAll: async (repairs) => {
        const done: RepairEvent[] = [];
        for (const { finding, suggestion } of repairs) {
          if (finding.code === 'chosen') continue;
          const outcome = await this.#repair(finding, suggestion, '');
          if (outcome.kind === 'done') done.push(outcome.event);
        }
        return { done, stopped: null };
      },
      ignore: (finding, reason) =>
        this.#append({ event_type: 'finding_ignored', message_id: finding.uuid, payload: { finding_id: finding.id }, reason }),
      note: (payload, reason) => this.#append({ payload, reason }),
      revert: (eventId, reason) =>
        this.#append({
          event_type: 'reverted',
          message_id: this.events.find((event) => event.event_id === eventId)?.message_id ?? null,
          reverts_event_id: eventId,
          reason,
        }),
    };
  }

  #repair(finding: Finding, suggestion: Proposal, reason: string): Promise<RepairOutcome> {
    return this.#append({
      event_type: 'parent_repaired',
      message_id: finding.uuid,
      old_parent_uuid: finding.parentUuid,
      new_parent_uuid: suggestion.newParent,
      payload: { confidence: suggestion.confidence },
      reason,
      similarity_score: suggestion.score,
    });
  }

  async #append(part: Partial<RepairEvent>): Promise<RepairOutcome> {
    const seq = this.events.length + 1;
    const event: RepairEvent = {
      event_id: `event-${seq}`,
      session_id: '794650a6-40cb-4d1c-9be0-0f4e31a1c2d3',
      seq,
      event_type: 'note',
      timestamp: new Date(Date.UTC(2026, 1, 13, 8, seq)).toISOString(),
      operator: 'user:ada',
      message_id: null,
      old_parent_uuid: null,
      new_parent_uuid: null,
      payload: {},
      reason: '',
      similarity_score: null,
      validation_passed: true,
      reverts_event_id: null,
      transcript: { size: 0, sha256: '' },
      engine_version: '0.1.0',
      prev_digest: '',
      event_digest: '',
      ...part,
    };
    this.events.push(event);
    this.#refreshActive();
    await this.model.updates.applyRepairs({ ...NO_REPAIRS, parents: this.#overrides() });
    this.changed();
    return { kind: 'done', event };
  }

  #overrides(): Record<string, string | null> {
    const active = this.#active;
    const overrides: Record<string, string | null> = {};
    for (const event of this.events) {
      if (event.event_type !== 'parent_repaired' || event.message_id === null || !active.has(event.event_id)) continue;
      overrides[event.message_id] = event.new_parent_uuid;
    }
    return overrides;
  }
}

const neverFires = (): never => {
  throw new Error('Changes of the stand-in are told through onChange');
};
