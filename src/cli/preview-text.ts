import { counted } from '../core/count-text.ts';
import type { RecordRow } from '../core/session/analysis-types.ts';
import type { RepairPreview } from '../operations/session/preview-repair.ts';
import type { Style } from './terminal.ts';
import { visible } from './text.ts';

/** As lines for people: `+` is loaded with the plan, `-` no longer. */
export function previewLines({ gained, lost, choices }: RepairPreview, style: Style): string[] {
  const chosen = choices.flatMap(({ code, line, titles }) => [
    `Line ${line} (${code}) leaves a choice, made by --choice:`,
    ...titles.map((title, i) => `  ${i + 1}  ${visible(title)}`),
  ]);
  if (gained.length + lost.length === 0) return [...chosen, 'A resume loads the same messages as now.'];
  return [
    ...chosen,
    `Loaded then and not now: ${counted(gained.length, 'message')} (+). Loaded now and not then: ${lost.length} (-).`,
    ...lost.map((row) => style.red(`- ${rowText(row)}`)),
    ...gained.map((row) => style.green(`+ ${rowText(row)}`)),
  ];
}

function rowText({ line, timestamp, label, tools, text }: RecordRow): string {
  const what = visible([label, ...tools.slice(0, 3)].join(' ').slice(0, 40));
  return `line ${String(line).padEnd(6)} ${timestamp?.slice(11, 16) ?? '     '}  ${what.padEnd(20)}  ${visible(text.slice(0, 100))}`.trimEnd();
}
