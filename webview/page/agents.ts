import type { RecordDetail } from '../../src/core/session/analysis-types.ts';
import type { ReadyState } from '../../src/protocol/messages.ts';
import type { ActionRunner } from '../action-runner.ts';
import { isAgentsFile } from '../header.ts';
import type { Host } from '../host.ts';
import type { StatusBar } from '../status-bar.ts';
import type { Texts } from '../elements/text.ts';

/** Navigation between a session and the files of its subagents. */
export class Agents {
  readonly #host: Host;
  readonly #texts: Texts;
  readonly #status: StatusBar;
  readonly #actions: ActionRunner;

  constructor(host: Host, texts: Texts, status: StatusBar, actions: ActionRunner) {
    this.#host = host;
    this.#texts = texts;
    this.#status = status;
    this.#actions = actions;
  }

  /** @param id of a subagent; null for the session of the shown subagent */
  open(id: string | null): void {
    void this.#actions.act(() => this.#host.client.request('openAgent', { agent: id }));
  }

  /**
   * In an agent's file opens its session, elsewhere the agent that the record started.
   * @param shown the record's details if they are already loaded
   */
  async openFrom(state: ReadyState | null, uuid: string | null, shown: RecordDetail | null): Promise<void> {
    if (state !== null && isAgentsFile(state)) {
      this.open(null);
      return;
    }
    await this.#actions.attempt(async () => {
      const record = uuid === null || shown?.uuid === uuid ? shown : await this.#host.client.request('record', { uuid });
      const agent = record?.blocks.find((block) => block.agent !== null)?.agent ?? null;
      if (agent === null) this.#status.say(this.#texts.say('noAgentHere'));
      else this.open(agent.id);
    });
  }
}
