import * as v from 'valibot';
import * as vscode from 'vscode';
import { FINDING_CODES } from '../../core/findings/finding.ts';
import { SEVERITY_LEVELS, type Severities } from '../../core/judge/severities.ts';
import type { Reporter } from '../log/output.ts';

const SETTING = 'riff.severity';
const Code = v.picklist(FINDING_CODES);
const Level = v.picklist(SEVERITY_LEVELS);

/** How much findings of which code matter in this window, by the setting `riff.severity`. */
export interface SeveritySetting extends vscode.Disposable {
  readonly current: Severities;
  readonly onDidChange: vscode.Event<Severities>;
}

/** Reads the setting and follows it. What in it is no code or no level is passed over and said in the log. */
export function severitySetting(report: Reporter): SeveritySetting {
  const read = (): Severities => {
    const { severities, refused } = parseSeverities(vscode.workspace.getConfiguration().get<unknown>(SETTING));
    if (refused.length > 0) report.warn(`The setting ${SETTING} names what Riff does not know: ${refused.join(', ')}`);
    return severities;
  };
  let current = read();
  const changed = new vscode.EventEmitter<Severities>();
  const follow = vscode.workspace.onDidChangeConfiguration((change) => {
    if (!change.affectsConfiguration(SETTING)) return;
    current = read();
    changed.fire(current);
  });
  return {
    get current() {
      return current;
    },
    onDidChange: changed.event,
    dispose: () => {
      follow.dispose();
      changed.dispose();
    },
  };
}

function parseSeverities(value: unknown): { severities: Severities; refused: string[] } {
  if (typeof value !== 'object' || value === null) return { severities: {}, refused: [] };
  const refused: string[] = [];
  const entries = Object.entries(value).flatMap(([code, level]) => {
    if (v.is(Code, code) && v.is(Level, level)) return [[code, level] as const];
    refused.push(`"${code.slice(0, 40)}"`);
    return [];
  });
  return { severities: Object.fromEntries(entries), refused };
}
