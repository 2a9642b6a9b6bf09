import { grouped } from '../../count-text.ts';
import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { FAULT, type Fault, REMARK, remarksOn, type PlacedRemark } from '../../transcript/notes/remarks.ts';
import type { RequestRule, ResumeRequest } from '../request.ts';
import { remarkRule } from './remark-rule.ts';

const VISION_PAGE = 'https://platform.claude.com/docs/en/build-with-claude/vision';
const MOST_IMAGE_BYTES = 5 * 1024 * 1024;
const MOST_PIXELS = 8000;
/** With more pictures than this the smaller limit of pixels holds. */
const MANY = 20;
const MOST_PIXELS_OF_MANY = 2000;

const DROPPED = { today: 'drops', loses: 'the picture', stuckUntil: '2.1.100' } as const;

/** Faults that a beginning of another kind shows: none of them proves more than that the data is not of a format that is known. */
const BROKEN: ReadonlySet<Fault> = new Set([
  FAULT.empty,
  FAULT.notBase64,
  FAULT.unknownFormat,
  FAULT.otherFormat,
  FAULT.cut,
  FAULT.unreadable,
]);

export const PICTURES_READABLE = remarkRule({
  id: 'image-data',
  source: 'https://github.com/anthropics/claude-code/issues/34338',
  recovery: DROPPED,
  kinds: [REMARK.picture],
  breaks: ({ fault }) => BROKEN.has(fault),
  sentence: 'A picture here is empty, damaged, or of a format that the API does not take.',
});

export const PICTURE_BYTES = remarkRule({
  id: 'image-bytes',
  source: VISION_PAGE,
  recovery: { today: 'stuck', loses: null, stuckUntil: null },
  kinds: [REMARK.picture],
  breaks: ({ size }) => size > MOST_IMAGE_BYTES,
  sentence: 'A picture here has more than 5 MB.',
});

/** Pictures have at most so many pixels on a side, fewer where there are many. */
export const PICTURE_PIXELS: RequestRule = {
  id: 'image-pixels',
  source: VISION_PAGE,
  recovery: { today: 'drops', loses: 'all pictures', stuckUntil: '2.1.100' },
  breaches(graph, request) {
    const pictures = picturesIn(graph, request);
    const isMany = pictures.length > MANY;
    const most = isMany ? MOST_PIXELS_OF_MANY : MOST_PIXELS;
    const limit = `${grouped(most)} pixels`;
    const sentence = isMany
      ? `There are ${pictures.length} pictures, and this one is larger than ${limit}.`
      : `A picture here is larger than ${limit}.`;
    return pictures.filter(({ pixels }) => pixels > most).map(({ record }) => ({ record, sentence }));
  },
};

export const DOCUMENTS_READABLE = remarkRule({
  id: 'pdf-data',
  source: 'https://github.com/anthropics/claude-code/issues/19013',
  recovery: { today: 'drops', loses: 'the document', stuckUntil: '2.1.29' },
  kinds: [REMARK.document],
  breaks: ({ fault }) => fault !== FAULT.none,
  sentence: 'A PDF here asks for a password, or is none.',
});

function picturesIn({ index: { remarks } }: ConversationGraph, request: ResumeRequest): PlacedRemark[] {
  if (!remarks.some(({ kind }) => kind === REMARK.picture)) return [];
  return request
    .flatMap(({ parts }) => parts)
    .filter(({ isStandIn }) => !isStandIn)
    .flatMap(({ record }) => remarksOn(remarks, record))
    .filter(({ kind }) => kind === REMARK.picture);
}
