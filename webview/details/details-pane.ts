import type { Finding } from '../../src/core/findings/finding.ts';
import type { RecordDetail } from '../../src/core/session/analysis-types.ts';
import type { RequestClient } from '../../src/protocol/client.ts';
import type { HistoryEntry, OfferedSuggestion, ReadyState } from '../../src/protocol/messages.ts';
import { element } from '../elements/dom.ts';
import { icon } from '../elements/icons.ts';
import type { Texts } from '../elements/text.ts';
import { button } from '../elements/toolkit.ts';
import { findingList, findingView, type FindingListener } from './finding-view.ts';
import { historyView } from './history-view.ts';
import { messageBlocks, type BlockListener } from './block-view.ts';
import { rawRecord, recordHeading } from './record-view.ts';

export interface DetailsListener extends FindingListener, BlockListener {
  onRevert(entry: HistoryEntry): void;
  onChooseFinding(finding: Finding): void;
  onClose(): void;
  onFailed(cause: unknown): void;
}

/** Milliseconds to wait before loading, so that a held key does not load every row it passes. */
const SETTLE_MS = 70;

type Subject =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'record'; readonly uuid: string }
  | { readonly kind: 'finding'; readonly id: string }
  | { readonly kind: 'findings' };

/** The selected message with its findings, suggestions and repair history. */
export class DetailsPane {
  readonly root: HTMLElement;
  readonly #body = element('div', { class: 'details-body', attributes: { tabindex: '0', role: 'group' } });
  readonly #client: RequestClient;
  readonly #listener: DetailsListener;
  readonly #texts: Texts;
  #state: ReadyState | null = null;
  #subject: Subject = { kind: 'nothing' };
  #record: RecordDetail | null = null;
  #loading: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #focusRepair = false;

  constructor(client: RequestClient, texts: Texts, listener: DetailsListener) {
    this.#client = client;
    this.#texts = texts;
    this.#listener = listener;
    this.#body.setAttribute('aria-label', texts.say('detailsLabel'));
    const close = button('icon', [icon('close')], () => listener.onClose(), `${texts.say('detailsClose')} (d)`);
    close.classList.add('details-close');
    this.root = element('aside', { class: 'details', attributes: { 'aria-label': texts.say('detailsLabel') } }, [this.#body, close]);
  }

  /** The shown record, once it is loaded. */
  get record(): RecordDetail | null {
    return this.#subject.kind === 'record' && this.#record?.uuid === this.#subject.uuid ? this.#record : null;
  }

  /** Takes the newest state and updates what is shown. */
  update(state: ReadyState): void {
    this.#state = state;
    this.#load(0);
  }

  showRecord(uuid: string): void {
    if (this.#subject.kind === 'record' && this.#subject.uuid === uuid) return;
    this.#subject = { kind: 'record', uuid };
    this.#load(SETTLE_MS);
  }

  /** Shows a finding without a row. */
  showFinding(id: string): void {
    this.#subject = { kind: 'finding', id };
    this.#load(0);
  }

  showFindings(): void {
    this.#subject = { kind: 'findings' };
    this.#load(0);
  }

  /** Focuses the best candidate's button, now or as soon as it is shown. */
  focusBestRepair(): void {
    const best = this.#body.querySelector<HTMLElement>('.repair-button');
    this.#focusRepair = best === null || this.#loading !== null;
    if (!this.#focusRepair) best?.focus();
  }

  #load(delay: number): void {
    clearTimeout(this.#timer);
    this.#loading?.abort();
    const controller = new AbortController();
    this.#loading = controller;
    this.#timer = setTimeout(() => {
      this.#show(controller.signal)
        .catch((cause: unknown) => {
          if (!controller.signal.aborted) this.#listener.onFailed(cause);
        })
        .finally(() => {
          if (this.#loading === controller) this.#loading = null;
        });
    }, delay);
  }

  async #show(signal: AbortSignal): Promise<void> {
    const subject = this.#subject;
    switch (subject.kind) {
      case 'record':
        await this.#showRecord(subject.uuid, signal);
        return;
      case 'finding':
        await this.#showFinding(subject.id, signal);
        return;
      case 'findings':
        this.#fill([this.#findingsSection()]);
        return;
      case 'nothing':
        this.#fill([this.#nothing()]);
    }
  }

  async #showRecord(uuid: string, signal: AbortSignal): Promise<void> {
    const [record, history] = await Promise.all([
      this.#client.request('record', { uuid }, signal),
      this.#client.request('history', { uuid }, signal),
    ]);
    if (signal.aborted) return;
    this.#record = record;
    if (record === null) {
      this.#fill([element('p', { class: 'quiet', text: this.#texts.say('detailsGone') })]);
      return;
    }
    // The same record's details stay until its new candidates have arrived, so that nothing flickers.
    if (record.findings.length === 0 || !this.#shows(this.#subject)) this.#fillRecord(record, history, new Map());
    if (record.findings.length === 0) return;
    const offers = await this.#offers(record.findings, signal);
    this.#fillUnlessAborted(signal, () => this.#fillRecord(record, history, offers));
  }

  async #showFinding(id: string, signal: AbortSignal): Promise<void> {
    const finding = this.#state?.findings.find((one) => one.id === id);
    if (finding === undefined) {
      this.#fill([this.#findingsSection()]);
      return;
    }
    const offers = await this.#offers([finding], signal);
    if (signal.aborted) return;
    this.#fill([findingView(finding, offers.get(id) ?? [], this.#texts, this.#listener)]);
  }

  async #offers(findings: readonly Finding[], signal: AbortSignal): Promise<Map<string, readonly OfferedSuggestion[] | null>> {
    const entries = findings
      .filter((finding) => finding.repairable)
      .map(async ({ id }) => [id, await this.#client.request('suggestions', { findingId: id }, signal)] as const);
    return new Map(await Promise.all(entries));
  }

  #fillRecord(
    record: RecordDetail,
    history: readonly HistoryEntry[],
    offers: ReadonlyMap<string, readonly OfferedSuggestion[] | null>,
  ): void {
    const texts = this.#texts;
    const heading = recordHeading(record, texts, (uuid) => this.#listener.onGoTo(uuid));
    const content = element('div', { class: 'details-content' }, [messageBlocks(record, texts, this.#listener), rawRecord(record, texts)]);
    const side = element('div', { class: 'details-side' });
    for (const finding of record.findings) {
      side.append(findingView(finding, offers.get(finding.id) ?? null, texts, this.#listener));
    }
    if (history.length > 0) {
      side.append(
        element('section', { class: 'history-section' }, [
          element('h3', { text: texts.say('historyTitle') }),
          historyView(history, texts, (entry) => this.#listener.onRevert(entry)),
        ]),
      );
    }
    const columns = element('div', { class: 'details-columns' }, side.childElementCount > 0 ? [side, content] : [content]);
    this.#fill([heading, columns]);
  }

  #findingsSection(): HTMLElement {
    const state = this.#state;
    const findings = state?.findings ?? [];
    const counts = state?.summary.findings ?? { error: 0, warning: 0, info: 0 };
    const omitted = counts.error + counts.warning + counts.info - findings.length;
    return element('section', {}, [
      element('h2', { text: this.#texts.say('findingsTitle') }),
      findings.length === 0
        ? element('p', { class: 'quiet', text: this.#texts.say('noFindings') })
        : findingList(findings, omitted, this.#texts, (finding) => this.#listener.onChooseFinding(finding)),
    ]);
  }

  #nothing(): HTMLElement {
    const some = (this.#state?.findings.length ?? 0) > 0;
    return some ? this.#findingsSection() : element('p', { class: 'quiet', text: this.#texts.say('detailsEmpty') });
  }

  #fillUnlessAborted(signal: AbortSignal, fill: () => void): void {
    if (!signal.aborted) fill();
  }

  #shows(subject: Subject): boolean {
    return this.#body.dataset['subject'] === JSON.stringify(subject);
  }

  /** Replaces what is shown; the scroll position stays when the subject is the same. */
  #fill(content: readonly HTMLElement[]): void {
    const same = this.#shows(this.#subject);
    const top = this.#body.scrollTop;
    const hadFocus = this.#body.contains(document.activeElement) && document.activeElement !== this.#body;
    this.#body.replaceChildren(...content);
    this.#body.dataset['subject'] = JSON.stringify(this.#subject);
    this.#body.scrollTop = same ? top : 0;
    if (this.#focusRepair) {
      const best = this.#body.querySelector<HTMLElement>('.repair-button');
      if (best !== null) {
        this.#focusRepair = false;
        best.focus();
        return;
      }
    }
    if (hadFocus) this.#body.focus({ preventScroll: true });
  }
}
