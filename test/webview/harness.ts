import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { PARTS_OF_PAGE } from '../../scripts/build.mjs';
import type { SessionModel } from '../../src/core/session/model.ts';
import { SessionAnalysis } from '../../src/core/session/session-analysis.ts';
import { GraphConnection } from '../../src/extension/graph/connection.ts';
import { TravellingSession } from '../../src/extension/graph/travel.ts';
import { pageHtml } from '../../src/extension/graph/page-html.ts';
import { filePorts } from '../../src/files/file-analysis.ts';
import { ENGLISH_HOST_STRINGS } from '../../src/protocol/host-strings.ts';
import { CHROMIUM_FLAGS } from '../harness/chromium-flags.ts';
import { FakeSession } from './page/fake-session.ts';
import { serveFiles, type PageFile, type Site } from './page-server.ts';
import { openRelay, RELAY_PATH } from './relay.ts';

const NONCE = 'dGVzdC1ub25jZS1mb3ItdGhlLWdyYXBo';
const ROOT = new URL('../..', import.meta.url).pathname;
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** The files of the page as they are shipped, and the stand-in for the editor. */
export interface Bundles {
  readonly graphJs: Uint8Array;
  readonly graphCss: Uint8Array;
  readonly standInJs: Uint8Array;
  /** A stand-in that passes every message on to the test's process. */
  readonly remoteJs: Uint8Array;
}

/** Builds what the extension ships, minified, and the stand-in. */
export async function buildBundles(): Promise<Bundles> {
  const common = { bundle: true, write: false, format: 'iife', target: 'chrome128', logLevel: 'silent', absWorkingDir: ROOT } as const;
  const [shipped, standIn] = await Promise.all([
    build({
      ...common,
      minify: true,
      outdir: 'dist/webview',
      entryPoints: ['webview/graph.ts', 'webview/graph.css'],
      plugins: PARTS_OF_PAGE,
    }),
    build({ ...common, outdir: 'dist/test', entryPoints: ['test/webview/page/page.ts', 'test/webview/page/remote.ts'] }),
  ]);
  const file = (name: string): Uint8Array => {
    const found = [...shipped.outputFiles, ...standIn.outputFiles].find((output) => output.path.endsWith(name));
    if (found === undefined) throw new Error(`${name} was not built`);
    return found.contents;
  };
  return { graphJs: file('graph.js'), graphCss: file('graph.css'), standInJs: file('page.js'), remoteJs: file('remote.js') };
}

/** @param without arguments that Playwright would give */
export function launchBrowser(args: readonly string[] = [], without: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [...CHROMIUM_FLAGS, ...args],
    ignoreDefaultArgs: [...without],
  });
}

/** Which script stands in for the editor: one that has the session in the page, or one that asks the test's process. */
type StandIn = 'page' | 'remote';

/**
 * The shipped page with the stand-in before it, and with trusted types enforced: no string may become markup or code.
 * @param script of the stand-in
 */
function testHtml(origin: string, script: string): string {
  const html = pageHtml({
    cspSource: origin,
    nonce: NONCE,
    scriptUri: `${origin}/graph.js`,
    styleUri: `${origin}/graph.css`,
    language: 'en',
  });
  const strict = `<meta http-equiv="Content-Security-Policy" content="require-trusted-types-for 'script'; trusted-types fast-html">`;
  return html.replace('<link', `${strict}\n<script defer nonce="${NONCE}" src="${origin}${script}"></script>\n<link`);
}

/** Where the pages of a build come from. */
const sites = new WeakMap<Bundles, Promise<Site>>();

function siteOf(bundles: Bundles): Promise<Site> {
  const site = sites.get(bundles) ?? serveFiles((origin) => pageFiles(bundles, origin));
  sites.set(bundles, site);
  return site;
}

function pageFiles(bundles: Bundles, origin: string): ReadonlyMap<string, PageFile> {
  return new Map<string, PageFile>([
    ['/page', { type: 'text/html', body: testHtml(origin, '/page.js') }],
    ['/remote', { type: 'text/html', body: testHtml(origin, '/remote.js') }],
    ['/graph.js', { type: 'text/javascript', body: bundles.graphJs }],
    ['/graph.css', { type: 'text/css', body: bundles.graphCss }],
    ['/page.js', { type: 'text/javascript', body: bundles.standInJs }],
    ['/remote.js', { type: 'text/javascript', body: bundles.remoteJs }],
    [RELAY_PATH, { type: 'text/html', body: '' }],
  ]);
}

/** How a test wants the page. */
export interface OpenOptions {
  readonly scenario?: 'damaged' | 'healthy' | 'hostile' | 'empty' | 'notsession' | 'unreadable' | 'loading';
  readonly rows?: number;
  readonly theme?: 'dark' | 'light' | 'contrast';
  readonly width?: number;
  readonly height?: number;
  readonly notices?: boolean;
  /** Milliseconds that every message to the page takes. */
  readonly delay?: number;
  readonly scale?: number;
  /** Messages take the way that they take in the editor, and the page does nothing else for them: to measure it. */
  readonly relayed?: boolean;
}

/** One page with everything that went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  readonly errors: string[];
  /** Addresses that the page asked for besides its own files. */
  readonly strangers: string[];
  /** Leaves the browser's page to the next graph, which opens there in half the time. */
  readonly release: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens the graph, in a page that was released or in a fresh one. */
export async function openGraph(browser: Browser, bundles: Bundles, options: OpenOptions = {}): Promise<OpenPage> {
  return openPage(browser, bundles, options, 'page', () => Promise.resolve());
}

/**
 * Opens the graph of a real file: the analysis runs here, the page in the browser.
 * @param prepare what happens to the session before
 */
export async function openFile(
  browser: Browser,
  bundles: Bundles,
  path: string,
  options: OpenOptions = {},
  prepare: (session: FakeSession) => Promise<void> = () => Promise.resolve(),
): Promise<OpenPage> {
  return openModel(browser, bundles, await SessionAnalysis.open(filePorts(path)), options, prepare);
}

/**
 * Opens the graph of a model that lives in this process or in a worker of it.
 * @param prepare what happens to the session before
 */
export async function openModel(
  browser: Browser,
  bundles: Bundles,
  model: SessionModel,
  options: OpenOptions = {},
  prepare: (session: FakeSession) => Promise<void> = () => Promise.resolve(),
): Promise<OpenPage & { readonly session: FakeSession }> {
  const session = new FakeSession(model);
  await prepare(session);
  const open = await openPage(browser, bundles, options, 'remote', async (page, opening) => {
    // As a string, because the browser parses data quicker than code.
    let post = async (message: unknown): Promise<boolean> =>
      receivers.get(page)?.opening === opening &&
      page.evaluate(`window.postMessage(JSON.parse(${JSON.stringify(JSON.stringify(message))}), '*')`).then(
        () => true,
        // The page is gone, as a closed editor is.
        () => false,
      );
    const travelling = new TravellingSession(session, () => void connection.pushState(), console.error);
    const connection = new GraphConnection(
      {
        session: travelling,
        actions: session.actions,
        strings: ENGLISH_HOST_STRINGS,
        translations: {},
        view: 'page',
        close: () => undefined,
      },
      {
        post: (message) => post(message),
        report: (problem, cause) => console.error(problem, cause),
      },
    );
    session.onChange = () => void travelling.baseChanged();
    const receive = (message: unknown): Promise<void> => connection.receive(message);
    if (options.relayed === true) {
      const relay = await openRelay(page.context(), (await siteOf(bundles)).origin, (message) => void receive(message));
      await page.bringToFront();
      post = (message) => Promise.resolve(relay.send(message));
      return;
    }
    if (!receivers.has(page)) await page.exposeFunction('toHost', (from: string, message: unknown) => pass(page, from, message));
    receivers.set(page, { opening, receive });
  });
  return { ...open, session };
}

interface Receiver {
  readonly opening: string;
  readonly receive: (message: unknown) => Promise<void>;
}
/** Who gets what a page sends; pages outlive their sessions. */
const receivers = new WeakMap<Page, Receiver>();
const NOBODY: Receiver = { opening: '', receive: () => Promise.resolve() };

/** What the graph before still says in a page that was released is for nobody. */
function pass(page: Page, from: string, message: unknown): Promise<void> | undefined {
  const receiver = receivers.get(page);
  return receiver?.opening === from ? receiver.receive(message) : undefined;
}

/** @param prepare what is to be there before the page's own script, of the opening with this name */
async function openPage(
  browser: Browser,
  bundles: Bundles,
  options: OpenOptions,
  standIn: StandIn,
  prepare: (page: Page, opening: string) => Promise<void>,
): Promise<OpenPage> {
  const page = await takePage(browser, options);
  const opening = randomUUID();
  const { origin, files } = await siteOf(bundles);
  await prepare(page, opening);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('dialog', (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const strangers: string[] = [];
  page.on('request', (request) => {
    const address = new URL(request.url());
    if (address.origin !== origin || !files.has(address.pathname)) strangers.push(address.href);
  });
  const query = new URLSearchParams({ opening });
  for (const name of ['scenario', 'rows', 'theme', 'delay'] as const) {
    if (options[name] !== undefined) query.set(name, String(options[name]));
  }
  if (options.notices === true) query.set('notices', '');
  await page.goto(`${origin}/${standIn}?${query.toString()}`);
  const release = async (): Promise<void> => {
    if (receivers.has(page)) receivers.set(page, NOBODY);
    page.removeAllListeners();
    await page.mouse.move(0, 0);
    keep(browser, options, page);
  };
  return { page, errors, strangers, release, close: () => page.context().close() };
}

/** Pages that were released, by browser and by what a page cannot change any more. */
const released = new WeakMap<Browser, Map<number, Page[]>>();

function keep(browser: Browser, { scale = 1 }: OpenOptions, page: Page): void {
  const pages = released.get(browser) ?? new Map<number, Page[]>();
  released.set(browser, pages.set(scale, [...(pages.get(scale) ?? []), page]));
}

async function takePage(browser: Browser, options: OpenOptions): Promise<Page> {
  const viewport = { width: options.width ?? 1180, height: options.height ?? 820 };
  const free = released
    .get(browser)
    ?.get(options.scale ?? 1)
    ?.pop();
  if (free !== undefined) {
    await free.setViewportSize(viewport);
    return free;
  }
  const deviceScaleFactor = options.scale ?? 1;
  const context = await browser.newContext({ viewport, deviceScaleFactor, locale: 'en-GB', timezoneId: 'UTC' });
  return context.newPage();
}

/**
 * Waits until rows are drawn and nothing is being asked.
 * @param quietMs how long nothing must be asked
 */
export async function settled(page: Page, quietMs = 150): Promise<void> {
  await page.locator('.row:not(.placeholder)').first().waitFor();
  await allAnswered(page);
  await page.waitForTimeout(quietMs);
  await allAnswered(page);
}

/** Asked from here again and again: the page's security policy forbids `waitForFunction`, which evaluates text within it. */
async function allAnswered(page: Page): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await page.evaluate<boolean>('rig.asked.length === rig.answered.length'))) {
    if (Date.now() > deadline) throw new Error('Requests of the page are still open');
    await page.waitForTimeout(20);
  }
}

const AXE = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The accessibility checker's script, run from the test's side so that the page's own rules stay as strict as shipped. */
export async function axeViolations(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in globalThis`))) await page.evaluate(await AXE);
  // What holds is asked for by nobody: to describe each element of it takes a fifth of the time.
  return page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations.map((violation) =>
      violation.id + ': ' + violation.nodes.map((node) => node.target.join(' ') + ' — ' + node.failureSummary).join(' | ')))`,
  );
}
