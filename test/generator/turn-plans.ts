import type { MessagePlan, TurnPlan } from './plan.ts';
import { INTERRUPTED } from './statistics.ts';
import { planTool, type Palette } from './tool-plans.ts';

/**
 * A prompt and its answer, after the statistics.
 * @param most API messages at most, for the end of a session
 */
export function planTurn(p: Palette, most: number): TurnPlan {
  const { random, statistics, writer } = p;
  const rounds = Math.max(1, Math.min(most, Math.round(random.quantile(statistics.rounds))));
  const messages: MessagePlan[] = [];
  for (let i = 1; i < rounds; i += 1) messages.push(planMessage(p, random.weighted(statistics.shapes)));
  messages.push(planMessage(p, random.weighted(statistics.endings)));
  return {
    prompt: writer.prompt(Math.max(12, random.quantile(statistics.prompt) * Math.min(1, p.scale))),
    pause: random.quantile(statistics.think),
    messages,
    interrupted: p.features.interruptions && random.chance(INTERRUPTED),
  };
}

function planMessage(p: Palette, shape: string): MessagePlan {
  const { random, statistics, writer } = p;
  const calls = shape.split('u').length - 1;
  const count = p.features.parallelTools ? calls : Math.min(calls, 1);
  const tools = Array.from({ length: count }, () => planTool(p));
  const agents = tools.some((tool) => tool.agent !== null);
  return {
    thinking: shape.includes('T') ? writer.prose(Math.max(12, random.quantile(statistics.thinking) * p.scale)) : null,
    text: shape.includes('x') ? writer.prose(Math.max(12, random.quantile(statistics.text) * p.scale)) : null,
    tools,
    interleaved: agents || random.chance(statistics.interleaved),
    resultOrder: resultOrder(p, count),
  };
}

function resultOrder(p: Palette, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  if (count < 2 || !p.random.chance(p.statistics.lateResult)) return order;
  const late = p.random.int(0, count - 2);
  return [...order.filter((i) => i !== late), late];
}
