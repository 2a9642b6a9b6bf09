import type { JsonObject, JsonValue } from '../../json.ts';

/**
 * The documented loader once more, written for checking: over parsed records, with maps instead of columns, and sharing nothing
 * with the index and the graph. What both say is worth more than what one says.
 */
export class ReferenceLoader {
  readonly session = 'sessionId';
  private readonly nodes = new Map<string, Node>();
  /** What the last compaction kept. */
  private kept: Kept | null = null;
  private position = 0;

  /** Takes the records of a transcript in file order; those that no loader links are passed over. */
  add(record: JsonObject): void {
    const { uuid, type } = record;
    if (typeof uuid !== 'string' || !LINKED.has(text(type))) return;
    // The last record with a uuid counts, at its place in the file.
    this.nodes.set(uuid, nodeOf(record, uuid, this.position++));
    if (record['subtype'] === 'compact_boundary') this.kept = keptBy(record['compactMetadata']);
  }

  /** Parents that are named but are no record, with a child each. */
  unknownParents(): Map<string, string> {
    const unknown = new Map<string, string>();
    for (const { uuid, parent } of this.nodes.values()) if (parent !== null && !this.nodes.has(parent)) unknown.set(parent, uuid);
    return unknown;
  }

  /** uuids of the messages a resume shows, in order. */
  loaded(): string[] {
    if (this.kept !== null) this.hangKept(this.kept);
    const leaf = this.leaf();
    if (leaf === null) return [];
    const chain = this.pathUp(leaf).reverse();
    return this.withParallel(chain)
      .filter((node) => node.speaks && !node.hidden)
      .map((node) => node.uuid);
  }

  private leaf(): Node | null {
    const speaking = [...this.nodes.values()].filter((node) => !node.isProgress);
    const named = new Set(speaking.flatMap((node) => this.continuedBy(node)?.uuid ?? []));
    const ends = speaking.filter((node) => !named.has(node.uuid));
    const messages = ends.map((end) => this.nearest(end, (node) => node.isMessage)).filter((node) => node !== undefined);
    const shown = messages.filter((node) => !node.hidden);
    return (shown.length > 0 ? shown : messages).reduce<Node | null>(
      (best, node) => (best === null || node.position > best.position ? node : best),
      null,
    );
  }

  /** What a record continues: its parent, hooks' and tools' progress records passed through. */
  private continuedBy(node: Node): Node | undefined {
    const parent = node.parent === null ? undefined : this.nodes.get(node.parent);
    return parent === undefined ? undefined : this.nearest(parent, (above) => !above.isProgress);
  }

  private pathUp(start: Node): Node[] {
    return [...this.up(start)];
  }

  private nearest(start: Node, fits: (node: Node) => boolean): Node | undefined {
    for (const node of this.up(start)) if (fits(node)) return node;
    return undefined;
  }

  /** A record and those above it, up to a root, an unknown parent or a revisit. */
  private *up(start: Node): Generator<Node> {
    const seen = new Set<string>();
    for (
      let at: Node | undefined = start;
      at !== undefined && !seen.has(at.uuid);
      at = at.parent === null ? undefined : this.nodes.get(at.parent)
    ) {
      seen.add(at.uuid);
      yield at;
    }
  }

  private hangKept(kept: Kept): void {
    const uuids = kept.uuids.length > 0 ? kept.uuids : this.between(kept);
    if (!this.nodes.has(kept.anchor) || !uuids.every((uuid) => this.nodes.has(uuid))) return;
    let above = kept.anchor;
    for (const uuid of uuids) {
      const node = this.nodes.get(uuid);
      if (node !== undefined) this.nodes.set(uuid, { ...node, parent: above });
      above = uuid;
    }
  }

  private between({ head, tail }: Kept): string[] {
    const start = tail === null ? undefined : this.nodes.get(tail);
    const path = start === undefined ? [] : this.pathUp(start).map((node) => node.uuid);
    const end = head === null ? -1 : path.indexOf(head);
    return end < 0 ? [] : path.slice(0, end + 1).reverse();
  }

  private withParallel(chain: readonly Node[]): Node[] {
    const onChain = new Set(chain.map((node) => node.uuid));
    const lastOfGroup = new Map(chain.map((node) => [node.group, node.uuid]));
    const inOrder = [...this.nodes.values()].sort((a, b) => a.position - b.position);
    const members = grouped(
      inOrder.filter((node) => node.group !== null && !node.sidechain),
      (node) => node.group,
    );
    const results = grouped(
      inOrder.filter((node) => node.isResult && !onChain.has(node.uuid)),
      (node) => node.parent,
    );
    return chain.flatMap((node) => {
      if (node.group === null || lastOfGroup.get(node.group) !== node.uuid) return [node];
      const all = members.get(node.group) ?? [];
      return [node, ...all.filter((member) => !onChain.has(member.uuid)), ...all.flatMap((member) => results.get(member.uuid) ?? [])];
    });
  }
}

function grouped(nodes: readonly Node[], keyOf: (node: Node) => string | null): Map<string | null, Node[]> {
  const groups = new Map<string | null, Node[]>();
  for (const node of nodes) {
    const group = groups.get(keyOf(node));
    if (group === undefined) groups.set(keyOf(node), [node]);
    else group.push(node);
  }
  return groups;
}

interface Node {
  readonly uuid: string;
  readonly parent: string | null;
  readonly position: number;
  readonly isMessage: boolean;
  readonly isProgress: boolean;
  readonly speaks: boolean;
  readonly hidden: boolean;
  readonly sidechain: boolean;
  readonly isResult: boolean;
  /** Message id of an assistant record. */
  readonly group: string | null;
}

interface Kept {
  readonly anchor: string;
  readonly uuids: readonly string[];
  readonly head: string | null;
  readonly tail: string | null;
}

const LINKED = new Set(['user', 'assistant', 'system', 'progress', 'attachment']);

function nodeOf(record: JsonObject, uuid: string, position: number): Node {
  const type = text(record['type']);
  const message = object(record['message']);
  const isMessage = type === 'user' || type === 'assistant';
  const isQueuedPrompt = type === 'attachment' && object(record['attachment'])['type'] === 'queued_command';
  const group = text(message['id']);
  return {
    uuid,
    parent: typeof record['parentUuid'] === 'string' ? record['parentUuid'] : null,
    position,
    isMessage,
    isProgress: type === 'progress',
    speaks: isMessage || isQueuedPrompt,
    hidden: record['isMeta'] === true || record['isSidechain'] === true || typeof record['teamName'] === 'string',
    sidechain: record['isSidechain'] === true,
    isResult: type === 'user' && holdsResult(message['content']),
    group: type === 'assistant' && group !== '' ? group : null,
  };
}

function holdsResult(content: JsonValue | undefined): boolean {
  return Array.isArray(content) && content.some((block) => object(block)['type'] === 'tool_result');
}

function keptBy(metadata: JsonValue | undefined): Kept | null {
  const messages = object(object(metadata)['preservedMessages']);
  const segment = object(object(metadata)['preservedSegment']);
  const anchor = text(messages['anchorUuid']) || text(segment['anchorUuid']);
  if (anchor === '') return null;
  const listed = messages['uuids'];
  const uuids = Array.isArray(listed) ? listed.map(text).filter((uuid) => uuid !== '') : [];
  return { anchor, uuids, head: text(segment['headUuid']) || null, tail: text(segment['tailUuid']) || null };
}

function object(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
