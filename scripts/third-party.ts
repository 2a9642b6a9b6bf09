/** The licences of what the package contains of others. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { root } from './bootstrap.mjs';

const Lock = v.looseObject({
  packages: v.record(v.string(), v.looseObject({ dev: v.optional(v.boolean()), peer: v.optional(v.boolean()) })),
});
const Manifest = v.looseObject({ name: v.string(), version: v.string(), license: v.optional(v.string(), 'not stated') });

/** Bundled although it is a development dependency: its library is copied. */
const COPIED = ['node_modules/@surrealdb/node'];

/** Markdown with name, version and licence text of every package that may be in the bundles. */
export async function thirdPartyNotices(): Promise<string> {
  const lock = v.parse(Lock, JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')));
  const shipped = Object.entries(lock.packages)
    .filter(([place, { dev, peer }]) => place !== '' && (COPIED.includes(place) || (dev !== true && peer !== true)))
    .map(([place]) => place);
  const parts = await Promise.all(shipped.sort().map((place) => notice(path.join(root, place))));
  return `# Third-party notices\n\nRiff contains these packages.\n\n${parts.join('\n')}`;
}

async function notice(folder: string): Promise<string> {
  const manifest = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => null);
  if (manifest === null) return '';
  const { name, version, license } = v.parse(Manifest, JSON.parse(manifest));
  const names = await readdir(folder);
  const file = names.find((each) => /^(licen[cs]e|copying)(\.|$)/i.test(each));
  const text = file === undefined ? '' : `\n\n\`\`\`\n${(await readFile(path.join(folder, file), 'utf8')).trim()}\n\`\`\``;
  return `## ${name} ${version}\n\nLicence: ${license}${text}\n`;
}
