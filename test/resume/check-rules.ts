import { say } from '../../scripts/bootstrap.mjs';
import { QUESTION, resume } from './client.ts';
import { TOPICS } from './rules.ts';
import { asLine, SESSION, textOf, type Rule } from './small.ts';

/**
 * Asks the client about each rule.
 * @returns how many it does not follow
 */
export async function checkRules(program: string): Promise<number> {
  let broken = 0;
  for (const { title, rules } of TOPICS) {
    for (const rule of rules) {
      const sent = await ask(program, rule);
      if (sent === rule.sends) continue;
      broken += 1;
      say(`${title}: ${rule.rule}\n  expected ${String(rule.sends)}\n  sent     ${String(sent)}`);
    }
  }
  const count = TOPICS.reduce((sum, { rules }) => sum + rules.length, 0);
  say(`${count - broken} of ${count} rules hold.`);
  return broken;
}

async function ask(program: string, rule: Rule): Promise<string | null> {
  const { messages } = await resume(program, { sessionId: SESSION, file: new TextEncoder().encode(textOf(rule)) });
  return messages === null ? null : asLine(messages, QUESTION);
}
