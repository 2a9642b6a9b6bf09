import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { FLAG, isMessage, KIND } from '../../transcript/record-kinds.ts';
import { isLocalCommand } from '../local-command.ts';
import { isThinkingAlone, wholePart, type RequestMessage, type RequestPart, type Role } from '../request.ts';

/** One answer of the model and what the user's side says to it. */
interface Exchange {
  /** Message id of the answer; -1 when it has none. */
  readonly group: number;
  readonly answer: number[];
  readonly results: number[];
  readonly texts: number[];
}

/** What is sent of an exchange, in order. */
interface KeptExchange {
  readonly answer: readonly number[];
  readonly results: readonly number[];
  readonly texts: readonly number[];
  /** Whether it is amid the turn that the session ends in. */
  readonly isOpen: boolean;
}

/** @param records of a chain, all kinds, in its order */
export function conversationOf(graph: ConversationGraph, records: readonly number[]): Conversation {
  const conversation = new Conversation(graph);
  for (const record of records) if (speaks(graph, record)) conversation.add(record);
  return conversation;
}

/** Messages and prompts queued while the agent was busy; not what the client itself says of failures of the API. */
function speaks(graph: ConversationGraph, record: number): boolean {
  const { index } = graph;
  if (index.isFlagged(record, FLAG.apiError)) return false;
  return isMessage(index.columns.kind[record]!) || index.isFlagged(record, FLAG.queuedPrompt) || isLocalCommand(index, record);
}

/** Messages of a chain as the client turns them into a request: records of one answer are one message, results come before text. */
class Conversation {
  private readonly graph: ConversationGraph;
  private readonly exchanges: Exchange[] = [];

  constructor(graph: ConversationGraph) {
    this.graph = graph;
  }

  /** Takes the next message of the chain. */
  add(record: number): void {
    const { kind, messageId } = this.graph.index.columns;
    const open = this.exchanges.at(-1);
    if (kind[record] !== KIND.assistant) {
      const exchange = open ?? this.begin(-1);
      (this.holds(record, FLAG.toolResult) ? exchange.results : exchange.texts).push(record);
      return;
    }
    const group = messageId[record]!;
    const continues = open !== undefined && group >= 0 && open.group === group && open.texts.length === 0;
    (continues ? open : this.begin(group)).answer.push(record);
  }

  /** Records that are sent, in order. */
  sent(): number[] {
    return this.kept(new Pairs(this.graph, this.exchanges)).flatMap(({ answer, results, texts }) => [
      ...answer,
      ...results,
      ...this.spoken(texts),
    ]);
  }

  /** What is sent, in order: for each answer a message, and one for all that the user's side says until the next. */
  messages(): RequestMessage[] {
    const pairs = new Pairs(this.graph, this.exchanges);
    const messages: { readonly role: Role; readonly parts: RequestPart[] }[] = [];
    this.kept(pairs).forEach(({ answer, results, texts, isOpen }, at) => {
      const calls = withoutLastThinking(this.graph, answer).map((record) => partOf(record, pairs.callsSent(record, isOpen)));
      if (calls.length > 0) messages.push({ role: 'assistant', parts: calls });
      const standIns = calls.map(({ record, tools }) => ({ record, tools: pairs.unanswered(tools), isStandIn: true }));
      const said = [
        ...standIns.filter(({ tools }) => tools.length > 0),
        ...results.map((record) => partOf(record, pairs.resultsSent(record, at))),
        ...texts.map((record) => wholePart(this.graph, record)),
      ];
      const before = messages.at(-1);
      if (before?.role === 'user') before.parts.push(...said);
      else if (said.length > 0) messages.push({ role: 'user', parts: said });
    });
    return messages;
  }

  /** Of each exchange what is sent, in order. */
  private kept(pairs: Pairs): KeptExchange[] {
    const open = this.openTurn();
    return this.exchanges.map((exchange, at) => {
      const isOpen = open.includes(at);
      const answer = inFileOrder(this.graph, exchange.answer).filter((record) => pairs.keepsAnswer(record, isOpen));
      const results = exchange.results.sort(byPlace(this.graph)).filter((record) => pairs.keepsResult(record, at));
      const calls = answer.filter((record) => this.holds(record, FLAG.toolUse));
      const others = answer.filter((record) => !this.holds(record, FLAG.toolUse));
      return { answer: [...others, ...calls], results, texts: exchange.texts, isOpen };
    });
  }

  private begin(group: number): Exchange {
    const exchange = { group, answer: [], results: [], texts: [] };
    this.exchanges.push(exchange);
    return exchange;
  }

  /** Exchanges of the turn amid which the session ends, when it does: calls of that turn are kept without results. */
  private openTurn(): { includes(exchange: number): boolean } {
    const last = this.exchanges.at(-1);
    const calls = last?.answer.some((record) => this.holds(record, FLAG.toolUse)) === true;
    if (last === undefined || this.spoken(last.texts).length > 0 || !(calls || last.results.length > 0)) return { includes: () => false };
    const from = this.exchanges.findLastIndex(({ texts }) => this.spoken(texts).length > 0) + 1;
    const answered = this.exchanges.findLastIndex(({ results }) => results.length > 0);
    return { includes: (exchange) => exchange >= from && (exchange <= answered || exchange === this.exchanges.length - 1) };
  }

  /** What people see as messages. */
  private spoken(texts: readonly number[]): readonly number[] {
    return texts.filter((record) => this.graph.index.columns.kind[record] !== KIND.system);
  }

  private holds(record: number, flag: (typeof FLAG)[keyof typeof FLAG]): boolean {
    return this.graph.index.isFlagged(record, flag);
  }
}

/** Behind the record through which the chain came, the records of an answer stand as in the file. */
function inFileOrder(graph: ConversationGraph, answer: readonly number[]): number[] {
  const [first, ...others] = answer;
  return first === undefined ? [] : [first, ...others.sort(byPlace(graph))];
}

function byPlace({ index }: ConversationGraph): (a: number, b: number) => number {
  return (a, b) => index.position(a) - index.position(b) || a - b;
}

/** Thinking that ends an answer is left out. */
function withoutLastThinking({ index }: ConversationGraph, answer: readonly number[]): readonly number[] {
  const last = answer.findLastIndex((record) => !isThinkingAlone(index.columns.flags[record]!));
  return answer.slice(0, last + 1);
}

function partOf(record: number, tools: readonly number[]): RequestPart {
  return { record, tools, isStandIn: false };
}

/** Which calls and results find each other. */
class Pairs {
  private readonly graph: ConversationGraph;
  /** Per name: 1 for calls that a result on the chain answers. */
  private readonly answered: Uint8Array;
  /** Per name: the record that was first to make the call, plus one. */
  private readonly callOf: Int32Array;
  /** Per name: the exchange of that record. */
  private readonly exchangeOf: Int32Array;
  /** Per name: the record whose result is sent, plus one. */
  private readonly resultOf: Int32Array;

  constructor(graph: ConversationGraph, exchanges: readonly Exchange[]) {
    this.graph = graph;
    const size = graph.index.names.size;
    this.answered = new Uint8Array(size);
    this.callOf = new Int32Array(size);
    this.exchangeOf = new Int32Array(size);
    this.resultOf = new Int32Array(size);
    exchanges.forEach(({ answer, results }, at) => {
      for (const record of answer) {
        this.each(record, false, (id) => this.noteCall(id, record, at));
        // A result that stands in an answer is not sent, but its call is.
        this.each(record, true, (id) => (this.answered[id] = 1));
      }
      for (const record of results) this.each(record, true, (id) => (this.answered[id] = 1));
    });
  }

  /** @param isOpen the turn was interrupted: its calls are kept */
  keepsAnswer(record: number, isOpen: boolean): boolean {
    let calls = 0;
    let kept = 0;
    this.each(record, false, (id) => {
      calls++;
      if (this.keepsCall(id, record, isOpen)) kept++;
    });
    return calls === 0 || kept > 0;
  }

  /** Calls of an answer's record that are sent: places in the list of tools. */
  callsSent(record: number, isOpen: boolean): number[] {
    const sent: number[] = [];
    this.each(record, false, (id, tool) => {
      if (this.keepsCall(id, record, isOpen)) sent.push(tool);
    });
    return sent;
  }

  /** Results of a record that are sent, once all of its exchange were looked at: places in the list of tools. */
  resultsSent(record: number, exchange: number): number[] {
    const sent: number[] = [];
    this.each(record, true, (id, tool) => {
      if (this.resultOf[id] === record + 1 && this.exchangeOf[id] === exchange) sent.push(tool);
    });
    return sent;
  }

  /** Of these calls those of which no result is sent. */
  unanswered(tools: readonly number[]): number[] {
    return tools.filter((tool) => this.resultOf[this.graph.index.tools.id[tool]!] === 0);
  }

  private keepsCall(id: number, record: number, isOpen: boolean): boolean {
    return this.callOf[id] === record + 1 && (isOpen || this.answered[id] === 1);
  }

  /** @param exchange of the result: its call has to be made in the same */
  keepsResult(record: number, exchange: number): boolean {
    let kept = this.graph.index.isFlagged(record, FLAG.text);
    this.each(record, true, (id) => {
      if (this.callOf[id] === 0 || this.exchangeOf[id] !== exchange) return;
      this.resultOf[id] ||= record + 1;
      if (this.resultOf[id] === record + 1) kept = true;
    });
    return kept;
  }

  private noteCall(id: number, record: number, exchange: number): void {
    if (this.callOf[id] !== 0) return;
    this.callOf[id] = record + 1;
    this.exchangeOf[id] = exchange;
  }

  private each(record: number, isResult: boolean, take: (id: number, tool: number) => void): void {
    const { columns, tools } = this.graph.index;
    for (let tool = columns.toolStart[record]!; tool < columns.toolStart[record + 1]!; tool++) {
      const id = tools.id[tool]!;
      if (id >= 0 && (tools.isResult[tool] === 1) === isResult) take(id, tool);
    }
  }
}
