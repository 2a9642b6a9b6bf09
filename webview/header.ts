import type { Severity } from '../src/core/findings/finding.ts';
import type { TokenTotals } from '../src/core/judge/judgement.ts';
import type { LoaderFigures, ResumeFigures } from '../src/core/loaders/resume-figures.ts';
import type { ReadyState, StoreStatus } from '../src/protocol/messages.ts';
import type { StringKey } from '../src/protocol/strings.ts';
import { element, setText } from './elements/dom.ts';
import { icon, type IconName } from './elements/icons.ts';
import { visibleText } from './elements/safe-text.ts';
import { capitalised, loaderName, type Texts } from './elements/text.ts';
import { button, setEnabled } from './elements/toolkit.ts';

export interface HeaderListener {
  onRepairAll(): void;
  onNextRepair(): void;
  onWriteCopy(): void;
  onSync(): void;
  onOpenText(): void;
  onFinding(direction: 1 | -1): void;
  onShowFindings(): void;
  onShowKeys(): void;
  /** From an agent's file to its session. */
  onShowSession(): void;
}

const STORE_TEXTS: Readonly<Record<StoreStatus['kind'], StringKey>> = {
  off: 'storeOff',
  starting: 'storeStarting',
  ready: 'storeReady',
  failed: 'storeFailed',
};

const COUNT_TEXTS: Readonly<Record<Severity, readonly [StringKey, StringKey]>> = {
  error: ['errorsOne', 'errorsMany'],
  warning: ['warningsOne', 'warningsMany'],
  info: ['hintsOne', 'hintsMany'],
};

/** What the session is, what a resume loads of it, and what can be done about it. */
export class Header {
  readonly root: HTMLElement;
  readonly #identity = element('div', { class: 'identity' });
  readonly #store = element('div', { class: 'store' });
  readonly #resume = element('div', { class: 'resume' });
  readonly #findings: HTMLElement;
  readonly #session: HTMLElement;
  readonly #repairAll: HTMLElement;
  readonly #nextRepair: HTMLElement;
  readonly #previous: HTMLElement;
  readonly #next: HTMLElement;

  constructor(texts: Texts, listener: HeaderListener) {
    const say = texts.say.bind(texts);
    this.#findings = element('button', {
      class: 'counts',
      attributes: { type: 'button', title: say('showFindings') },
      onClick: () => listener.onShowFindings(),
    });
    this.#session = element('button', {
      class: 'link',
      attributes: { type: 'button', title: `${say('agentSessionTip')} (a)`, hidden: '' },
      onClick: () => listener.onShowSession(),
    });
    this.#previous = button('icon', [icon('up')], () => listener.onFinding(-1), `${say('previousFinding')} ([)`);
    this.#next = button('icon', [icon('down')], () => listener.onFinding(1), `${say('nextFinding')} (])`);
    this.#repairAll = button('primary', [], () => listener.onRepairAll());
    this.#nextRepair = action('next', say('nextRepairButton'), () => listener.onNextRepair(), say('nextRepairTip'));
    const actions = element('div', { class: 'actions' }, [
      this.#repairAll,
      this.#nextRepair,
      action('copy', say('writeCopyButton'), () => listener.onWriteCopy()),
      action('sync', say('syncButton'), () => listener.onSync()),
      action('openText', say('openTextButton'), () => listener.onOpenText()),
    ]);
    const side = element('div', { class: 'header-side' }, [
      this.#store,
      button('icon', [icon('keys')], () => listener.onShowKeys(), `${say('keysButton')} (?)`),
    ]);
    const find = element('div', { class: 'find' }, [this.#findings, this.#previous, this.#next]);
    this.root = element('header', { class: 'header' }, [
      element('div', { class: 'header-top' }, [this.#session, this.#identity, side]),
      element('div', { class: 'header-main' }, [this.#resume, find, actions]),
    ]);
  }

  /** Shows a state. Buttons stay the same elements, so that the focus stays where it is. */
  show(state: ReadyState, texts: Texts): void {
    this.#session.hidden = !isAgentsFile(state);
    setText(this.#session, texts.say('agentSession', visibleText(state.summary.sessionId.slice(0, 8))));
    this.#identity.replaceChildren(...identity(state, texts));
    this.#store.replaceChildren(...store(state.store, texts));
    // Nobody resumes an agent.
    this.#resume.replaceChildren(...(isAgentsFile(state) ? [] : resume(state, texts)));
    this.#findings.replaceChildren(...counts(state, texts));
    const { findings, safeRepairs } = state.summary;
    const some = findings.error + findings.warning + findings.info > 0;
    setEnabled(this.#previous, some);
    setEnabled(this.#next, some);
    const repairable = state.findings.some((finding) => finding.repairable);
    setEnabled(this.#nextRepair, repairable);
    this.#repairAll.replaceChildren(...shortened('repair', texts.say('repairAllButton', safeRepairs), texts.count(safeRepairs)));
    this.#repairAll.title = texts.say(safeRepairs > 0 ? 'repairAllTip' : repairable ? 'repairAllUnsure' : 'repairAllNothing');
    setEnabled(this.#repairAll, safeRepairs > 0);
  }
}

/** A button whose words give way to its icon where there is little room. */
function action(name: IconName, words: string, onPress: () => void, tip = words): HTMLElement {
  const made = button('secondary', shortened(name, words), onPress);
  made.title = tip;
  return made;
}

/** Words that are only read out where there is little room; a short form, if any, then stands beside the icon. */
function shortened(name: IconName, words: string, short = ''): Node[] {
  return [
    icon(name, 'short'),
    element('span', { class: 'words', text: words }),
    element('span', { class: 'short', attributes: { 'aria-hidden': 'true' }, text: short }),
  ];
}

/** Whether what is shown is the file of a subagent. */
export function isAgentsFile({ name }: ReadyState): boolean {
  return name.startsWith('agent-');
}

function fact(content: readonly (Node | string)[], title: string): HTMLElement {
  return element('span', { class: 'fact', attributes: { title } }, content);
}

function identity(state: ReadyState, texts: Texts): HTMLElement[] {
  const { summary } = state;
  const id = visibleText(summary.sessionId);
  const name = isAgentsFile(state) ? '' : id.slice(0, 8);
  const parts: HTMLElement[] = [
    element('h1', { class: 'session-id', attributes: { title: `${texts.say('session')} ${id}` } }, [name || visibleText(state.name)]),
  ];
  if (summary.gitBranch !== null) {
    const branch = visibleText(summary.gitBranch);
    parts.push(fact([icon('branch'), branch], texts.say('gitBranch', branch)));
  }
  if (summary.agentVersion !== null) {
    const version = visibleText(summary.agentVersion);
    parts.push(fact([`claude ${version}`], texts.say('agentVersion', version)));
  }
  parts.push(fact([texts.plural(summary.messages, 'messagesOne', 'messagesMany')], ''));
  parts.push(fact([texts.bytes(summary.bytes)], texts.say('linesMany', summary.lines)));
  parts.push(...tokens(summary.tokens, texts));
  const day = texts.day(summary.firstTimestamp);
  if (day !== '') parts.push(fact([day], `${texts.full(summary.firstTimestamp)} – ${texts.full(summary.lastTimestamp)}`));
  if (summary.activeRepairs > 0) {
    parts.push(
      element('span', { class: 'fact repaired' }, [icon('link'), texts.plural(summary.activeRepairs, 'repairsOne', 'repairsMany')]),
    );
  }
  return parts;
}

/** Nothing where the file does not say what its answers cost. */
function tokens({ input, cacheWrite, cacheRead, output }: TokenTotals, texts: Texts): HTMLElement[] {
  const prompts = input + cacheWrite + cacheRead;
  if (prompts + output === 0) return [];
  const tip = texts.say('tokensTip', input, cacheWrite, cacheRead, output);
  return [fact([texts.say('tokens', texts.short(prompts), texts.short(output))], tip)];
}

function store(status: StoreStatus, texts: Texts): (Node | string)[] {
  const name: IconName = status.kind === 'failed' ? 'warning' : 'log';
  const tip = status.kind === 'failed' ? `${status.message} ${status.remedy}` : '';
  const place = status.place === null ? '' : ` · ${status.place}`;
  const words = `${texts.say(STORE_TEXTS[status.kind])}${place}`;
  return [element('span', { class: `fact store-${status.kind}`, attributes: { title: tip } }, [icon(name), words])];
}

function resume(state: ReadyState, texts: Texts): (Node | string)[] {
  const { resume: figures, beforeCompaction: before } = state.summary;
  const words = element('span', { class: 'resume-text' }, resumeWords(figures, before, texts));
  if (before > 0) {
    const title = texts.say('beforeCompactionTip');
    words.append(element('span', { class: 'resume-before', attributes: { title }, text: ` · ${texts.say('beforeCompaction', before)}` }));
  }
  for (const other of figures.others.filter((one) => !loadsAlike(one, figures))) {
    const title = texts.say('resumeOtherTip', loaderName(figures.loader), loaderName(other.loader), other.loader.manner);
    words.append(element('span', { class: 'resume-before', attributes: { title }, text: ` · ${otherWords(other, texts)}` }));
  }
  return [resumeBar(figures, before, texts), words];
}

/**
 * Repairs live in the log, not in the file: what they bring is said of the copy that can be written with them.
 * @param before messages that a compaction keeps out on purpose: they are no loss where nothing else is missing
 */
function resumeWords({ now, withRepairs, repaired, ...all }: ResumeFigures, before: number, texts: Texts): (Node | string)[] {
  const total = all.total - before;
  const name = capitalised(loaderName(all.loader));
  const strong = (value: number, className: string): HTMLElement => element('strong', { class: className, text: texts.count(value) });
  if (now === withRepairs && now === repaired) {
    const complete = before > 0 && now === total;
    return [complete ? texts.plural(now, 'resumeCompactedOne', 'resumeCompactedMany', name) : texts.say('resumeWhole', now, total, name)];
  }
  const start = [`${texts.say('resumeNow', name)} `, strong(now, 'resume-now'), ' → '];
  if (withRepairs === repaired) return [...start, strong(repaired, 'resume-after'), ` ${texts.say('resumeInCopy', total)}`];
  if (withRepairs === now) return [...start, strong(repaired, 'resume-after'), ` ${texts.say('resumeAfter', total)}`];
  return [
    ...start,
    strong(withRepairs, 'resume-after'),
    ` ${texts.say('resumeInCopyNow')} → `,
    strong(repaired, 'resume-after'),
    ` ${texts.say('resumeAfterAll', total)}`,
  ];
}

function loadsAlike(a: LoaderFigures, b: LoaderFigures): boolean {
  return a.now === b.now && a.withRepairs === b.withRepairs && a.repaired === b.repaired;
}

/** What a loader loads that loads otherwise than the other figures say. */
function otherWords({ loader, now, withRepairs, repaired }: LoaderFigures, texts: Texts): string {
  const name = capitalised(loaderName(loader));
  if (now === withRepairs)
    return now === repaired ? texts.say('resumeOtherEither', name, now) : texts.say('resumeOtherNow', name, now, repaired);
  return withRepairs === repaired
    ? texts.say('resumeOtherCopy', name, now, withRepairs)
    : texts.say('resumeOtherCopyMore', name, now, withRepairs, repaired);
}

/**
 * Loaded now: filled. With the repairs made: filled in another colour. After all repairs: hatched. Before the last compaction: pale,
 * at the end. The rest: empty.
 */
function resumeBar({ loader, now, withRepairs, repaired, total }: ResumeFigures, before: number, texts: Texts): HTMLElement {
  const part = (className: string, value: number): HTMLElement => {
    const made = element('span', { class: className });
    made.style.width = `${total === 0 ? 0 : Math.max(0, Math.min(100, (value / total) * 100))}%`;
    return made;
  };
  const figures = texts.say('resumeBar', now, withRepairs, repaired, total - before, capitalised(loaderName(loader)));
  const label = before === 0 ? figures : `${figures} · ${texts.say('beforeCompaction', before)}`;
  return element('div', { class: 'bar', attributes: { role: 'img', 'aria-label': label, title: label } }, [
    part('bar-before', before),
    part('bar-gain', repaired),
    part('bar-made', withRepairs),
    part('bar-now', now),
  ]);
}

function counts(state: ReadyState, texts: Texts): HTMLElement[] {
  const made: HTMLElement[] = [];
  for (const severity of ['error', 'warning', 'info'] as const) {
    const count = state.summary.findings[severity];
    if (count === 0) continue;
    const [one, many] = COUNT_TEXTS[severity];
    made.push(element('span', { class: `count ${severity}` }, shortened(severity, texts.plural(count, one, many), texts.count(count))));
  }
  if (made.length === 0) made.push(element('span', { class: 'count good' }, [icon('good'), texts.say('noFindings')]));
  return made;
}
