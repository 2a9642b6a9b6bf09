import { say } from '../../scripts/bootstrap.mjs';
import { REQUEST_RULES } from './api/refuse.ts';
import { DEFAULT_LIMITS } from './api/rule.ts';
import { resume } from './client.ts';
import { outcomeOf, outcomeText, type Outcome } from './outcome.ts';
import { fileOf, REFUSED_SESSIONS, type RefusedSession } from './refused-sessions.ts';
import { SESSION } from './small.ts';

/** What the client made of a session that holds something the API refuses. */
export interface CheckedRefusal {
  readonly refused: RefusedSession;
  readonly outcome: Outcome;
  readonly isExpected: boolean;
}

/** Resumes each of the small sessions that the API refuses. */
export async function checkRefusals(program: string): Promise<CheckedRefusal[]> {
  const found: CheckedRefusal[] = [];
  for (const refused of REFUSED_SESSIONS) {
    const { limits, advisor = false, rule, becomes, holds } = refused;
    const file = fileOf(refused);
    const outcome = outcomeOf(await resume(program, { sessionId: SESSION, file }, { limits: { ...DEFAULT_LIMITS, ...limits }, advisor }));
    const isExpected = outcome.kind === becomes && (outcome.rule === null || outcome.rule === rule);
    if (!isExpected) say(`${rule}: ${holds}\n  expected ${becomes}\n  found    ${outcomeText(outcome)}`);
    found.push({ refused, outcome, isExpected });
  }
  say(`${found.filter(({ isExpected }) => isExpected).length} of ${found.length} refusals end as expected.`);
  return found;
}

/** As Markdown: what is refused, and what the client makes of it. */
export function refusalTable(found: readonly CheckedRefusal[]): string {
  const rows = REQUEST_RULES.flatMap(({ id, refuses, source }) => {
    const ofRule = found.filter(({ refused }) => refused.rule === id);
    const cells = ofRule.length === 0 ? ['–'] : ofRule.map(({ refused, outcome }) => `${refused.holds}: ${resultText(outcome)}`);
    return `| \`${id}\` | ${refuses} | ${cells.join('<br>').replaceAll('|', '\\|')} | ${sourceText(source)} |`;
  });
  return ['| rule | the API refuses | what the client makes of it | source |', '|---|---|---|---|', ...rows].join('\n');
}

function resultText(outcome: Outcome): string {
  if (outcome.kind === 'accepted') return 'accepted';
  if (outcome.kind === 'refused') return `**stuck**, exit ${outcome.status ?? 'none'} after ${outcome.requests} requests`;
  if (outcome.kind === 'not-sent') return `**stuck**, ${outcomeText(outcome)}`;
  return outcomeText(outcome).replace(/^refused \(.*?\), then accepted/, 'sends it, then again');
}

/** Addresses as short links. */
function sourceText(source: string): string {
  return source.replaceAll(/https:\/\/(?:github\.com\/)?([^\s,)]+)/g, (address, rest: string) => {
    const name = rest.replace(/^anthropics\/claude-code\/issues\//, '#').replace(/\/issues\//, '#');
    return `[${name}](${address})`;
  });
}
