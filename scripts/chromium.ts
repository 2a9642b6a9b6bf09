/** The browser in which the tests drive VS Code. */
import { existsSync } from 'node:fs';
import { Failure, findOnPath } from './bootstrap.mjs';
import { ensureInstalled } from './debian.ts';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const MAC_APPS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

function find(): string | null {
  for (const command of COMMANDS) {
    const found = findOnPath(command);
    if (found !== null) return found;
  }
  return MAC_APPS.find((app) => existsSync(app)) ?? null;
}

/**
 * Path of a Chromium or Chrome: the one `$CHROMIUM` names, one of the machine's, or Debian's, installed now.
 * @throws Failure when there is none and it cannot be installed
 */
export async function ensureChromium(): Promise<string> {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Failure(`CHROMIUM names ${named}, and there is no such file. Set it to the path of a Chromium or Chrome, or unset it.`);
  }
  await ensureInstalled(
    [{ package: 'chromium', isThere: () => find() !== null }],
    'to drive VS Code in the tests (or set CHROMIUM to the path of a Chromium or Chrome)',
  );
  return find() as string;
}
