/** A request for an answer, as a client sends it to the API, and its blocks with the paths by which the API names them. */
import * as v from 'valibot';

const Block = v.looseObject({ type: v.string() });
export type Block = v.InferOutput<typeof Block>;

const Message = v.looseObject({ role: v.string(), content: v.union([v.string(), v.array(Block)]) });
/** One message of a request as the client sends it. */
export type SentMessage = v.InferOutput<typeof Message>;

export const ApiRequest = v.looseObject({
  model: v.string(),
  messages: v.array(Message),
  system: v.optional(v.unknown()),
  tools: v.optional(v.unknown()),
  stream: v.optional(v.boolean()),
});
export type ApiRequest = v.InferOutput<typeof ApiRequest>;

/** A block of a request with its place. */
export interface PlacedBlock {
  readonly block: Block;
  /** As the API names it: `messages.3.content.1`, in a tool's result `messages.3.content.1.tool_result.content.0`. */
  readonly at: string;
  readonly message: number;
  readonly role: string;
}

/** Content of a message as blocks: a text by itself is one block. */
export function contentBlocks(content: SentMessage['content']): readonly Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** The blocks of all messages, in order, without those inside results. */
export function placedBlocks({ messages }: ApiRequest): PlacedBlock[] {
  return messages.flatMap(({ role, content }, message) =>
    contentBlocks(content).map((block, i) => ({ block, at: `messages.${message}.content.${i}`, message, role })),
  );
}

/** The same, and the blocks inside the results of tools. */
export function allBlocks(request: ApiRequest): PlacedBlock[] {
  return placedBlocks(request).flatMap((placed) => [placed, ...inside(placed)]);
}

function inside({ block, at, message, role }: PlacedBlock): PlacedBlock[] {
  const { type, content } = block;
  if (type !== 'tool_result' || !Array.isArray(content)) return [];
  return content.flatMap((inner: unknown, i): PlacedBlock[] => {
    const parsed = v.safeParse(Block, inner);
    return parsed.success ? [{ block: parsed.output, at: `${at}.tool_result.content.${i}`, message, role }] : [];
  });
}
