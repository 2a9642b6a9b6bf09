import type { DetailBlock, RecordDetail } from '../../src/core/session/analysis-types.ts';
import { element } from '../elements/dom.ts';
import { visibleText } from '../elements/safe-text.ts';
import type { Texts } from '../elements/text.ts';
import { markdown } from './markdown.ts';

export interface BlockListener {
  onGoTo(uuid: string): void;
  /** The user wants to see the subagent with this id. */
  onAgent(id: string): void;
  /** The user wants to open an http or https address of the transcript. */
  onLink(address: string): void;
  fetchPicture(uuid: string, at: number): Promise<string | null>;
  onFailed(cause: unknown): void;
}

/** Characters of a block that are shown at first; a very long text must not block the page. */
const FOLDED_CHARACTERS = 4000;
/** Blocks that people and the model write in Markdown. All others are shown verbatim. */
const WRITTEN = new Set(['text', 'thinking']);

/** The blocks of a message: text, thinking, tool calls and results. */
export function messageBlocks(record: RecordDetail, texts: Texts, listener: BlockListener): HTMLElement {
  return element(
    'div',
    { class: 'blocks' },
    record.blocks.map((block) =>
      element('section', { class: `block block-${cssName(block.type)}` }, [
        blockHead(block, record, texts, listener),
        ...(block.image === null ? blockText(block, texts, listener) : [picture(block, block.image, texts, listener)]),
      ]),
    ),
  );
}

function blockHead(block: DetailBlock, record: RecordDetail, texts: Texts, listener: BlockListener): HTMLElement {
  const head = element('div', { class: 'block-head' });
  if (block.title !== '') head.append(element('h3', { text: visibleText(block.title) }));
  const { counterpart } = block;
  if (counterpart !== null) {
    const text = texts.say(block.type === 'tool_use' ? 'linkResult' : 'linkCall', counterpart.line);
    head.append(link(text, () => listener.onGoTo(counterpart.uuid)));
  }
  const { agent } = block;
  if (agent !== null) {
    const open = link(texts.plural(agent.messages, 'agentOne', 'agentMany'), () => listener.onAgent(agent.id));
    open.title = `${texts.say('agentTip')} (a)`;
    head.append(open);
  }
  if (block.uuid !== record.uuid) head.append(link(texts.say('findingLine', block.line), () => listener.onGoTo(block.uuid)));
  return head;
}

function blockText(block: DetailBlock, texts: Texts, listener: BlockListener): HTMLElement[] {
  const paint = (text: string): HTMLElement =>
    WRITTEN.has(block.type)
      ? markdown(text, (address) => listener.onLink(address))
      : element('div', { class: 'block-code', text: visibleText(text) });
  const body = element('div', { class: 'block-body' }, [paint(block.text.slice(0, FOLDED_CHARACTERS))]);
  if (block.text.length <= FOLDED_CHARACTERS) return [body];
  const more = link(texts.say('showMore', block.text.length), () => {
    body.replaceChildren(paint(block.text));
    more.remove();
  });
  more.classList.add('more');
  return [body, more];
}

/** Pictures are read from the file only when the user asks for them. */
function picture(block: DetailBlock, image: NonNullable<DetailBlock['image']>, texts: Texts, listener: BlockListener): HTMLElement {
  const place = element('div', { class: 'block-body' });
  const show = async (): Promise<void> => {
    try {
      const address = await listener.fetchPicture(block.uuid, image.at);
      if (address?.startsWith('data:image/') !== true) {
        place.replaceChildren(element('p', { class: 'quiet', text: texts.say('pictureRefused') }));
        return;
      }
      place.replaceChildren(element('img', { attributes: { src: address, alt: texts.say('pictureLabel', block.line) } }));
    } catch (cause) {
      listener.onFailed(cause);
    }
  };
  place.append(link(texts.say('showPicture', visibleText(image.mediaType), texts.bytes(image.bytes)), () => void show()));
  return place;
}

function link(text: string, onClick: () => void): HTMLElement {
  return element('button', { class: 'link', attributes: { type: 'button' }, text, onClick });
}

function cssName(type: string): string {
  return type.replace(/[^a-z_]/gi, '').slice(0, 40);
}
