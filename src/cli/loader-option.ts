import { Option } from 'commander';
import type { Loaders } from '../core/loaders/loader.ts';

/** Names the program that the user resumes with. */
export function loaderOption({ list }: Loaders): Option {
  return new Option(
    '--loader <id>',
    'the program you resume with: its figures come first (default: the one that fits who wrote the session)',
  ).choices(list.map(({ id }) => id));
}
