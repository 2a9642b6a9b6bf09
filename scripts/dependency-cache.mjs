// @ts-check
/**
 * What npm has installed for a package-lock.json, kept outside the checkout: the next fresh clone has its node_modules in
 * a second. The files are links to those in the cache, as pnpm's are: npm replaces files, and writes into its own list alone.
 * Plain JavaScript without dependencies: it runs before they are there.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isMusl } from './platform.mjs';

/** Where things are kept that outlive a checkout. */
export function cacheDirectory() {
  const { RIFF_CACHE_DIR, XDG_CACHE_HOME } = process.env;
  if (RIFF_CACHE_DIR) return path.resolve(RIFF_CACHE_DIR);
  return path.join(XDG_CACHE_HOME ? path.resolve(XDG_CACHE_HOME) : path.join(os.homedir(), '.cache'), 'riff-dev');
}

const PREFIX = 'node_modules-';
/** npm's list of what is installed, which it writes anew in place: a link would change what others have. */
const WRITTEN_IN_PLACE = '.package-lock.json';

/**
 * The name of what npm installs here: it depends on the lock file and on the system. Of Node's version it does not: the
 * native modules among it are built on Node-API.
 * @param {string} checkout
 */
function nameFor(checkout) {
  const system = [process.platform, process.arch, isMusl() ? 'musl' : ''].join();
  const lock = readFileSync(path.join(checkout, 'package-lock.json'));
  return PREFIX + createHash('sha256').update(system).update(lock).digest('hex').slice(0, 16);
}

/**
 * Puts a whole copy at its place, made of links, instead of what is there: nobody sees a part of it.
 * @param {string} from
 * @param {string} to
 */
function linkWhole(from, to) {
  const partial = path.join(cacheDirectory(), `${PREFIX}partial-${process.pid}`);
  try {
    linkTree(from, partial);
    rmSync(to, { recursive: true, force: true });
    renameSync(partial, to);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
function linkTree(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.name === WRITTEN_IN_PLACE) copyFileSync(source, target);
    else linkSync(source, target);
  }
}

/**
 * Gives a checkout the node_modules that were kept for its lock file, in place of what it has.
 * Throws when they are on another file system.
 * @param {string} checkout
 * @returns {boolean} whether there are any
 */
export function takeDependencies(checkout) {
  const kept = path.join(cacheDirectory(), nameFor(checkout));
  if (!existsSync(kept)) return false;
  linkWhole(kept, path.join(checkout, 'node_modules'));
  return true;
}

/**
 * Keeps what npm has just installed in a checkout, in place of what was kept for older lock files.
 * Throws when the cache is full, read-only or on another file system.
 * @param {string} checkout
 */
export function keepDependencies(checkout) {
  const cache = cacheDirectory();
  mkdirSync(cache, { recursive: true });
  for (const other of readdirSync(cache)) if (other.startsWith(PREFIX)) rmSync(path.join(cache, other), { recursive: true, force: true });
  linkWhole(path.join(checkout, 'node_modules'), path.join(cache, nameFor(checkout)));
}
