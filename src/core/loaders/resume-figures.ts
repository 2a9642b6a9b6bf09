import { nameOf, primaryLoader, type ChainsByLoader, type LoaderId, type LoaderName, type Loaders } from './loader.ts';

/** Messages that a loader loads of a session. The log never changes the file, hence the two figures for now. */
export interface LoaderFigures {
  readonly loader: LoaderName;
  /** Of the file as it stands. */
  readonly now: number;
  /** Of a copy written with the repairs in force, damaged lines split; equals `now` for a healthy session. */
  readonly withRepairs: number;
  /** After all high-confidence repairs besides. */
  readonly repaired: number;
}

/** What a resume loads: the figures of the primary loader, and of each other one. */
export interface ResumeFigures extends LoaderFigures {
  /** Messages that there are to load. */
  readonly total: number;
  readonly others: readonly LoaderFigures[];
}

/** Messages that a loader loads before a repair and after it. */
export interface LoaderEffect {
  readonly loader: LoaderName;
  readonly before: number;
  readonly after: number;
}

/** What a repair brings: by the primary loader, and by each other one. */
export interface ResumeEffect extends LoaderEffect {
  /** Messages that there are to load. */
  readonly total: number;
  readonly others: readonly LoaderEffect[];
}

/** What each loader loads of a session, without and with repairs. */
export interface LoadedByLoader {
  readonly now: ChainsByLoader;
  readonly withRepairs: ChainsByLoader;
  readonly repaired: ChainsByLoader;
}

/** @param total messages that there are to load */
export function resumeFigures(loaders: Loaders, chains: LoadedByLoader, total: number): ResumeFigures {
  return byLoader(loaders, total, (id) => ({
    now: countOf(chains.now, id),
    withRepairs: countOf(chains.withRepairs, id),
    repaired: countOf(chains.repaired, id),
  }));
}

/** The figures of a session that has grown. @param more messages that each loader loads besides */
export function grownResumeFigures(figures: ResumeFigures, total: number, more: (loader: LoaderId) => number): ResumeFigures {
  const grown = ({ loader, now, withRepairs, repaired }: LoaderFigures): LoaderFigures => {
    const added = more(loader.id);
    return { loader, now: now + added, withRepairs: withRepairs + added, repaired: repaired + added };
  };
  return { ...grown(figures), total, others: figures.others.map(grown) };
}

/**
 * What repairs bring besides those that are in force.
 * @param before with the repairs in force
 * @param after what each loader loads with the further ones
 */
export function effectOfChains(loaders: Loaders, before: ResumeFigures, after: ChainsByLoader): ResumeEffect {
  return byLoader(loaders, before.total, (id) => ({ before: figuresOf(before, id).withRepairs, after: countOf(after, id) }));
}

/**
 * What lies between two states of one session: from the file, or its copy with the repairs of the first, to the copy with those of the
 * second.
 */
export function effectBetween(before: ResumeFigures, from: 'now' | 'withRepairs', after: ResumeFigures): ResumeEffect {
  const effect = ({ loader, withRepairs }: LoaderFigures): LoaderEffect => ({
    loader,
    before: figuresOf(before, loader.id)[from],
    after: withRepairs,
  });
  return { ...effect(after), total: after.total, others: after.others.map(effect) };
}

/** Other loaders that load otherwise than the primary one. */
export function otherFigures({ others, ...primary }: ResumeFigures): LoaderFigures[] {
  return others.filter(
    ({ now, withRepairs, repaired }) => now !== primary.now || withRepairs !== primary.withRepairs || repaired !== primary.repaired,
  );
}

/** Other loaders for which a repair brings something else than for the primary one. */
export function otherEffects({ others, ...primary }: ResumeEffect): LoaderEffect[] {
  return others.filter(({ before, after }) => before !== primary.before || after !== primary.after);
}

function byLoader<T extends object>(
  loaders: Loaders,
  total: number,
  countsOf: (id: LoaderId) => T,
): T & { readonly loader: LoaderName; readonly total: number; readonly others: readonly (T & { readonly loader: LoaderName })[] } {
  const primary = primaryLoader(loaders);
  const others = loaders.list.filter(({ id }) => id !== primary.id);
  return {
    loader: nameOf(primary),
    ...countsOf(primary.id),
    total,
    others: others.map((loader) => ({ loader: nameOf(loader), ...countsOf(loader.id) })),
  };
}

function countOf(chains: ChainsByLoader, id: LoaderId): number {
  return chains.get(id)?.visible.length ?? 0;
}

function figuresOf(figures: ResumeFigures, id: LoaderId): LoaderFigures {
  return figures.others.find(({ loader }) => loader.id === id) ?? figures;
}
