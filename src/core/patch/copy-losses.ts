import { counted } from '../count-text.ts';
import { titleWithVersion, type LoaderName } from '../loaders/loader.ts';

/** What a loader loads of the bytes of a written copy. */
export interface LoaderCheck {
  readonly loader: LoaderName;
  /** Messages that it loads of the copy. */
  readonly loads: number;
  readonly isAsPredicted: boolean;
  /** Whether it loads fewer blocks of the copy than of the session as it was. */
  readonly loadsLess: boolean;
  /** Records of which it loaded something that it no longer loads, and of which no repair says that they go. */
  readonly missing: number;
  /** Whether more lines that cannot be read are left out than the session's file has records. */
  readonly isMostUnread: boolean;
  /** Why the API refuses what it sends; sentences. */
  readonly refusals: readonly string[];
  /** Whether the API takes what it sends of the session as it was, and not what it sends of the copy. */
  readonly isNewlyRefused: boolean;
}

/** What every loader loads of a written copy, the primary one first. */
export type CopyCheck = readonly LoaderCheck[];

/** What a person would lose by resuming a copy instead of the session as it was; sentences, empty when that is nothing. */
export function lossesOf(check: CopyCheck): string[] {
  const unread = check[0]?.isMostUnread === true ? ['Most lines of the file cannot be read: they are not in this copy.'] : [];
  const losses = check.flatMap(({ loader, loads, loadsLess, missing, refusals, isNewlyRefused }, at) => {
    const title = titleWithVersion(loader);
    if (at === 0 && loads === 0) return [`${title} loads nothing of this copy.`];
    const refused = at === 0 && isNewlyRefused ? [`The API refuses what ${title} sends of this copy: ${refusals[0]}`] : [];
    if (missing > 0)
      return [`Of this copy ${title} does not load ${counted(missing, 'message')} that it loads of the session.`, ...refused];
    return loadsLess ? [`${title} loads less of this copy than of the session.`, ...refused] : refused;
  });
  return [...unread, ...losses];
}

/** Whether the program that the user resumes with loads something of a copy, and the API takes it. */
export function isResumable([primary]: CopyCheck): boolean {
  return primary !== undefined && primary.loads > 0 && primary.refusals.length === 0;
}
