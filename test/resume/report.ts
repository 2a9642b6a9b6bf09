import type { BlockName } from './blocks.ts';
import { LOADER_COLUMNS, PREDICTION, type LoaderColumn } from './loaders.ts';
import { agrees, type Comparison, type Measurement, type Surviving } from './measure.ts';
import { outcomeText } from './outcome.ts';
import { missing } from './said-blocks.ts';

/** A check with its figure. */
export interface Check {
  readonly text: string;
  readonly figure: string;
  readonly holds: boolean;
}

/** The checks over all sessions. */
export function checks(all: readonly Measurement[]): Check[] {
  const failed = all.filter(({ failure }) => failure !== null);
  const short = all.filter((each) => each.sentCopy.length < comparison(each, PREDICTION, 'copy').model.length);
  const fewer = all.filter(({ sentNow, sentCopy }) => missing(sentNow, sentCopy).length > 0);
  const made = all.flatMap(({ surviving }) => (surviving === null ? [] : [surviving]));
  const poor = made.filter(({ sent, total }) => sent < total * 0.99);
  const poorer = made.filter(({ sent, total, withoutCall }) => sent < (total - withoutCall) * 0.99);
  const accepted = (when: When): Measurement[] => all.filter(({ outcomes }) => outcomes[when].kind === 'accepted');
  const refused = all.filter(({ outcomes: { now, copy } }) => copy.kind === 'refused' && now.kind !== 'refused');
  const repeated = (when: When): number => all.filter(({ repeatedRoles }) => repeatedRoles[when] > 0).length;
  const every = (list: readonly unknown[], of: readonly unknown[]): string => `${of.length - list.length} of ${of.length}`;
  return [
    { text: 'a copy is written, where there is something to repair', figure: every(failed, all), holds: failed.length === 0 },
    { text: 'the copy loads at least as many blocks as the model says', figure: every(short, all), holds: short.length === 0 },
    { text: 'the copy loads all that is loaded of the original', figure: every(fewer, all), holds: fewer.length === 0 },
    {
      text: 'of what a healthy session sends and what survives, the copy sends 99 % in order',
      figure: `${every(poor, made)}; ${shareOf(made, 0)} of all blocks`,
      holds: poor.length === 0,
    },
    {
      text: 'the same without results whose call was lost, which the API does not take',
      figure: `${every(poorer, made)}; ${shareOf(made, 1)} of all blocks`,
      holds: poorer.length === 0,
    },
    ...LOADER_COLUMNS.flatMap((loader) =>
      (['now', 'copy'] as const).map((when): Check => {
        const agreed = all.filter((each) => agrees(comparison(each, loader, when)));
        const same = all.filter((each) => sameSet(comparison(each, loader, when)));
        const name = loader.isClient ? loader.title : `for comparison, the ${loader.title}`;
        return {
          text: `${name}, ${when === 'now' ? 'file as it is' : 'repaired copy'}: same blocks in the same order`,
          figure: `${agreed.length} of ${all.length} (${percent(agreed.length, all.length)}); in any order ${percent(same.length, all.length)}`,
          holds: !loader.isClient || agreed.length >= all.length * 0.95,
        };
      }),
    ),
    {
      text: 'the API takes the request at once, of the file as it is and of the copy',
      figure: `${accepted('now').length} and ${accepted('copy').length} of ${all.length}`,
      holds: accepted('copy').length >= accepted('now').length,
    },
    { text: 'a copy is never refused where the file is not', figure: every(refused, all), holds: refused.length === 0 },
    {
      text: 'two messages of one role stand side by side in the request (the API takes them for one), of the copy and of the file as it is',
      figure: `${repeated('copy')} and ${repeated('now')} of ${all.length}`,
      holds: true,
    },
  ];
}

type When = 'now' | 'copy';

function comparison({ columns }: Measurement, { id }: LoaderColumn, when: When): Comparison {
  return columns.get(id)?.[when] ?? { model: [], sent: [] };
}

/** @param less 1 to leave out what cannot be sent */
function shareOf(all: readonly Surviving[], less: 0 | 1): string {
  const sum = (pick: (each: Surviving) => number): number => all.reduce((total, each) => total + pick(each), 0);
  return percent(
    sum(({ sent }) => sent),
    sum(({ total, withoutCall }) => total - less * withoutCall),
  );
}

/** The table by group, as Markdown. */
export function table(all: readonly Measurement[]): string {
  const groups = new Map<string, Measurement[]>();
  for (const each of all) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  const titles = [
    'sessions',
    'of them',
    'surviving blocks sent as found',
    'by the copy',
    ...LOADER_COLUMNS.flatMap(({ title, isClient }) => [`${title}, same blocks${isClient ? ' in order' : ''}: now`, 'copy']),
    'accepted as found',
    'copy',
  ];
  const head = [`| ${titles.join(' | ')} |`, `|${'---|'.repeat(titles.length)}`];
  const rows = [...groups].map(([group, list]) => {
    const agreed = (loader: LoaderColumn, when: When): string =>
      percentOf(list, (each) => (loader.isClient ? agrees : sameSet)(comparison(each, loader, when)));
    const acceptedOf = (when: When): string => `${list.filter(({ outcomes }) => outcomes[when].kind === 'accepted').length}`;
    const share = (pick: (each: Surviving) => number): string => {
      const made = list.flatMap(({ surviving }) => (surviving === null ? [] : [surviving]));
      const total = made.reduce((sum, each) => sum + each.total, 0);
      return made.length === 0
        ? '–'
        : percent(
            made.reduce((sum, each) => sum + pick(each), 0),
            total,
          );
    };
    const cells = [
      group,
      `${list.length}`,
      share(({ sentNow }) => sentNow),
      share(({ sent }) => sent),
      ...LOADER_COLUMNS.flatMap((loader) => [agreed(loader, 'now'), agreed(loader, 'copy')]),
      acceptedOf('now'),
      acceptedOf('copy'),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [...head, ...rows].join('\n');
}

/** One line per session in which something is not as it should be. */
export function differences(all: readonly Measurement[]): string[] {
  return all.flatMap((each) => {
    const found: string[] = each.failure === null ? [] : [`no copy: ${each.failure.split('\n')[0] ?? ''}`];
    for (const when of ['now', 'copy'] as const) {
      const compared = comparison(each, PREDICTION, when);
      if (!agrees(compared)) found.push(`scan --chain ${when}: ${difference(compared)}`);
    }
    const { surviving } = each;
    if (surviving !== null && surviving.sent < surviving.total * 0.99)
      found.push(
        `copy sends ${surviving.sent} of ${surviving.total} surviving, ${surviving.withoutCall} of them results without their call`,
      );
    if (each.sentCopy.length < each.sentNow.length) found.push(`copy sends ${each.sentCopy.length}, original ${each.sentNow.length}`);
    if (each.outcomes.copy.kind !== 'accepted') found.push(`copy: ${outcomeText(each.outcomes.copy)}`);
    return found.map((line) => `${each.name}: ${line}`);
  });
}

function difference({ model, sent }: Comparison): string {
  const unsent = missing(model, sent);
  const extra = missing(sent, model);
  if (unsent.length === 0 && extra.length === 0) {
    const at = model.findIndex((name, i) => name !== sent[i]);
    return `${model.length} blocks in another order from block ${at} on: ${model.slice(at, at + 3).join(', ')} is sent as ${sent.slice(at, at + 3).join(', ')}`;
  }
  const list = (names: readonly BlockName[]): string => (names.length === 0 ? '' : ` (${names.slice(0, 3).join(', ')})`);
  return `model ${model.length}, sent ${sent.length}; not sent ${unsent.length}${list(unsent)}, sent besides ${extra.length}${list(extra)}`;
}

/** Whether the same blocks are sent, in whatever order. */
function sameSet({ model, sent }: Comparison): boolean {
  return model.length === sent.length && missing(model, sent).length === 0;
}

function percentOf<T>(list: readonly T[], fits: (each: T) => boolean): string {
  return percent(list.filter(fits).length, list.length);
}

function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  // Never 100 % for what is not all.
  return `${Math.floor((part / whole) * 1000) / 10} %`;
}
