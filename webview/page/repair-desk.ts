import type { Finding } from '../../src/core/findings/finding.ts';
import type { OfferedSuggestion, ReadyState } from '../../src/protocol/messages.ts';
import type { ActionRunner } from '../action-runner.ts';
import type { Host } from '../host.ts';
import type { StatusBar } from '../status-bar.ts';
import type { Texts } from '../elements/text.ts';
import type { Pane } from './pane.ts';
import type { Place } from './place.ts';

/** The parts of the page that actions on records need. */
export interface PageParts {
  readonly host: Host;
  readonly texts: Texts;
  readonly status: StatusBar;
  readonly actions: ActionRunner;
  readonly place: Place;
  readonly pane: Pane;
}

/** Findings and their repairs: navigation, choice, repair and revert. */
export class RepairDesk {
  readonly #parts: PageParts;
  #state: ReadyState | null = null;
  /** The finding that "next repair" last went to. */
  #lastOffered: string | null = null;

  constructor(parts: PageParts) {
    this.#parts = parts;
  }

  update(state: ReadyState): void {
    this.#state = state;
  }

  async repair(finding: Finding, index: number, { fingerprint }: OfferedSuggestion): Promise<void> {
    const { actions, host } = this.#parts;
    await actions.act(() => host.client.request('repair', { findingId: finding.id, index, fingerprint }));
  }

  async revert(eventId: string): Promise<void> {
    const { actions, host } = this.#parts;
    await actions.act(() => host.client.request('revert', { eventId }));
  }

  revertLast(): void {
    const last = this.#state?.lastRepair ?? null;
    if (last === null) this.#say('noRepairToRevert');
    else void this.revert(last.eventId);
  }

  /** A candidate of high confidence is applied (the host asks for the reason); otherwise the candidates are shown. */
  repairBest(): void {
    const { actions, host, pane, place } = this.#parts;
    const finding = this.#state?.findings.find((one) => one.uuid !== null && one.uuid === place.uuid && one.repairable);
    if (finding === undefined) {
      this.#say('noFindingHere');
      return;
    }
    void actions.attempt(async () => {
      const [best] = await host.client.request('suggestions', { findingId: finding.id });
      if (best === undefined) this.#say('suggestionsNone');
      else if (best.suggestion.confidence === 'high') await this.repair(finding, 0, best);
      else {
        pane.set(true);
        pane.details.focusBestRepair();
        this.#say('notCertain');
      }
    });
  }

  /**
   * Goes to the finding of the selected row if it can be repaired, to the next one when asked again, else to the most severe one;
   * its best candidate gets the focus.
   */
  async goToNextRepair(): Promise<void> {
    const { pane, place } = this.#parts;
    const repairable = this.#state?.findings.filter((finding) => finding.repairable) ?? [];
    const here = repairable.findIndex((one) => one.uuid !== null && one.uuid === place.uuid);
    const again = here !== -1 && repairable[here]?.id === this.#lastOffered;
    const finding = repairable[again ? (here + 1) % repairable.length : Math.max(0, here)];
    if (finding === undefined) return;
    this.#lastOffered = finding.id;
    pane.set(true);
    if (finding.uuid === null) pane.details.showFinding(finding.id);
    else await place.reveal(finding.uuid);
    pane.details.focusBestRepair();
  }

  /** Shows a finding: its record, or without one its candidates or its line as text. */
  async goTo(finding: Finding): Promise<void> {
    const { actions, host, pane, place } = this.#parts;
    if (finding.uuid !== null) {
      await place.reveal(finding.uuid);
      place.list.focus();
    } else if (finding.repairable) pane.details.showFinding(finding.id);
    else await actions.act(() => host.client.request('openText', { line: finding.line }));
  }

  showFindings(): void {
    const { pane } = this.#parts;
    pane.set(true);
    pane.details.showFindings();
  }

  #say(key: Parameters<Texts['say']>[0]): void {
    this.#parts.status.say(this.#parts.texts.say(key));
  }
}

/** The most urgent record: of an error that can be repaired, else of an error, else of any finding; null when none has a record. */
export function mostUrgent(findings: readonly Finding[]): string | null {
  const placed = findings.filter((finding) => finding.uuid !== null);
  const errors = placed.filter((finding) => finding.severity === 'error');
  return (errors.find((finding) => finding.repairable) ?? errors[0] ?? placed[0])?.uuid ?? null;
}
