import type { BlockName } from './blocks.ts';
import { agrees, type Comparison, type Measurement, type Surviving } from './measure.ts';

/** A check with its figure. */
export interface Check {
  readonly text: string;
  readonly figure: string;
  readonly holds: boolean;
}

/** The checks over all sessions. */
export function checks(all: readonly Measurement[]): Check[] {
  const failed = all.filter(({ failure }) => failure !== null);
  const short = all.filter(({ scanned, sentCopy }) => sentCopy.length < scanned.repaired.model.length);
  const fewer = all.filter(({ sentNow, sentCopy }) => sentCopy.length < sentNow.length);
  const made = all.flatMap(({ surviving }) => (surviving === null ? [] : [surviving]));
  const poor = made.filter(({ sent, total }) => sent < total * 0.99);
  const poorer = made.filter(({ sent, total, withoutCall }) => sent < (total - withoutCall) * 0.99);
  const refused = all.filter(({ refusals }) => withoutRoles(refusals.copy).length > 0);
  const repeated = (of: (each: Measurement) => readonly string[]): number =>
    all.filter((each) => of(each).length > withoutRoles(of(each)).length).length;
  const every = (list: readonly unknown[], of: readonly unknown[]): string => `${of.length - list.length} of ${of.length}`;
  return [
    { text: 'a copy is written, where there is something to repair', figure: every(failed, all), holds: failed.length === 0 },
    { text: 'the copy loads at least as many blocks as the model says', figure: every(short, all), holds: short.length === 0 },
    { text: 'the copy never loads less than the original', figure: every(fewer, all), holds: fewer.length === 0 },
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
    ...(['scanned', 'documented'] as const).flatMap((model) =>
      (['now', 'repaired'] as const).map((when): Check => {
        const agreed = all.filter((each) => agrees(each[model][when]));
        const same = all.filter((each) => sameSet(each[model][when]));
        const name = model === 'scanned' ? '`riff scan --chain`' : 'for comparison, the documented loader’s model';
        return {
          text: `${name}, ${when === 'now' ? 'file as it is' : 'repaired copy'}: same blocks in the same order`,
          figure: `${agreed.length} of ${all.length} (${percent(agreed.length, all.length)}); in any order ${percent(same.length, all.length)}`,
          holds: model === 'documented' || agreed.length >= all.length * 0.95,
        };
      }),
    ),
    {
      text: 'in the request of the copy every call is answered in the next message, ids are unique, and the user speaks first',
      figure: every(refused, all),
      holds: refused.length === 0,
    },
    {
      text: 'two messages of one role stand side by side in the request (the API takes them for one), of the copy and of the file as it is',
      figure: `${repeated(({ refusals }) => refusals.copy)} and ${repeated(({ refusals }) => refusals.now)} of ${all.length}`,
      holds: true,
    },
  ];
}

/** What the API refuses whatever else it does: of neighbours of one role it makes one message. */
function withoutRoles(refusals: readonly string[]): string[] {
  return refusals.filter((one) => !one.includes(' in a row'));
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
  const head = [
    '| sessions | of them | surviving blocks sent as found | by the copy | documented model, same blocks: now | copy | `riff scan --chain`, same order: now | copy | refused |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  const rows = [...groups].map(([group, list]) => {
    const count = (comparison: (each: Measurement) => Comparison): string => percentOf(list, (each) => agrees(comparison(each)));
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
      percentOf(list, ({ documented }) => sameSet(documented.now)),
      percentOf(list, ({ documented }) => sameSet(documented.repaired)),
      count(({ scanned }) => scanned.now),
      count(({ scanned }) => scanned.repaired),
      `${list.filter(({ refusals }) => refusals.copy.length > 0).length}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [...head, ...rows].join('\n');
}

/** One line per session in which something is not as it should be. */
export function differences(all: readonly Measurement[]): string[] {
  return all.flatMap((each) => {
    const found: string[] = each.failure === null ? [] : [`no copy: ${each.failure.split('\n')[0] ?? ''}`];
    for (const when of ['now', 'repaired'] as const) {
      if (!agrees(each.scanned[when])) found.push(`scan --chain ${when}: ${difference(each.scanned[when])}`);
    }
    const { surviving } = each;
    if (surviving !== null && surviving.sent < surviving.total * 0.99)
      found.push(
        `copy sends ${surviving.sent} of ${surviving.total} surviving, ${surviving.withoutCall} of them results without their call`,
      );
    if (each.sentCopy.length < each.sentNow.length) found.push(`copy sends ${each.sentCopy.length}, original ${each.sentNow.length}`);
    if (each.refusals.copy.length > 0) found.push(`refused: ${each.refusals.copy.slice(0, 3).join(', ')}`);
    return found.map((line) => `${each.name}: ${line}`);
  });
}

function difference({ model, sent }: Comparison): string {
  const missing = minus(model, sent);
  const extra = minus(sent, model);
  if (missing.length === 0 && extra.length === 0) {
    const at = model.findIndex((name, i) => name !== sent[i]);
    return `${model.length} blocks in another order from block ${at} on: ${model.slice(at, at + 3).join(', ')} is sent as ${sent.slice(at, at + 3).join(', ')}`;
  }
  const list = (names: readonly BlockName[]): string => (names.length === 0 ? '' : ` (${names.slice(0, 3).join(', ')})`);
  return `model ${model.length}, sent ${sent.length}; not sent ${missing.length}${list(missing)}, sent besides ${extra.length}${list(extra)}`;
}

/** Whether the same blocks are sent, in whatever order. */
function sameSet({ model, sent }: Comparison): boolean {
  return model.length === sent.length && minus(model, sent).length === 0;
}

function minus(from: readonly BlockName[], names: readonly BlockName[]): BlockName[] {
  const left = new Map<BlockName, number>();
  for (const name of names) left.set(name, (left.get(name) ?? 0) + 1);
  return from.filter((name) => {
    const count = left.get(name) ?? 0;
    left.set(name, count - 1);
    return count <= 0;
  });
}

function percentOf<T>(list: readonly T[], fits: (each: T) => boolean): string {
  return percent(list.filter(fits).length, list.length);
}

function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  // Never 100 % for what is not all.
  return `${Math.floor((part / whole) * 1000) / 10} %`;
}
