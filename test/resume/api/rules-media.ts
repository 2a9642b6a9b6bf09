/** What the API demands of pictures and PDFs. */
import { imageHeader, type ImageHeader } from './image-header.ts';
import { allBlocks, type ApiRequest, type PlacedBlock } from './request.ts';
import { firstOf, issue, type RequestRule } from './rule.ts';

const VISION_PAGE = 'https://platform.claude.com/docs/en/build-with-claude/vision';
const MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
const MOST_IMAGE_BYTES = 5 * 1024 * 1024;
const MOST_PIXELS = 8000;
/** With more pictures than this the smaller limit of pixels holds. */
const MANY = 20;
const MOST_PIXELS_OF_MANY = 2000;

interface Media {
  /** `messages.3.content.1.image.source.base64` */
  readonly at: string;
  readonly mediaType: string;
  readonly data: string;
}

export const imageData: RequestRule = {
  id: 'image-data',
  refuses: 'a picture that is empty, no base64, of another format than it says, or cannot be decoded',
  source: `${issue(34338)}, ${issue(8184)}, ${issue(1747)}, https://github.com/HiveNexus/HiveChat/issues/39, https://github.com/1jehuang/jcode/issues/465`,
  check: (request) =>
    firstOf(media(request, 'image'), ({ at, mediaType, data }) => {
      if (!MEDIA_TYPES.includes(mediaType))
        return `${at}.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`;
      if (data === '') return `${at}: image cannot be empty`;
      if (!isBase64(data)) return `${at}: invalid base64 data`;
      const header = headerOf(data);
      if (header === null) return 'Could not process image';
      if (header.mediaType === mediaType) return null;
      return `${at}: The image was specified using the ${mediaType} media type, but the image appears to be a ${header.mediaType} image`;
    }),
};

export const imageBytes: RequestRule = {
  id: 'image-bytes',
  refuses: 'a picture of more than 5 MB',
  source: `${issue(14201)}, ${VISION_PAGE}`,
  check: (request) =>
    firstOf(media(request, 'image'), ({ at, data }) =>
      data.length <= MOST_IMAGE_BYTES ? null : `${at}: image exceeds 5 MB maximum: ${data.length} bytes > ${MOST_IMAGE_BYTES} bytes`,
    ),
};

export const imagePixels: RequestRule = {
  id: 'image-pixels',
  refuses: 'a picture of more than 8,000 pixels on a side; of more than 2,000 where there are more than 20 pictures',
  source: `${issue(49537)}, ${VISION_PAGE}`,
  check(request) {
    const images = media(request, 'image');
    const isMany = images.length > MANY;
    const most = isMany ? MOST_PIXELS_OF_MANY : MOST_PIXELS;
    return firstOf(images, ({ at, data }) => {
      const header = headerOf(data);
      if (header === null || Math.max(header.width, header.height) <= most) return null;
      return `${at}.data: At least one of the image dimensions exceed max allowed size${isMany ? ' for many-image requests' : ''}: ${most} pixels`;
    });
  },
};

export const pdfData: RequestRule = {
  id: 'pdf-data',
  refuses: 'a PDF that is protected by a password, or is none',
  source: `${issue(19013)}, ${issue(19577)}`,
  check: (request) =>
    firstOf(media(request, 'document'), ({ at, mediaType, data }) => {
      if (mediaType !== 'application/pdf') return null;
      const bytes = Buffer.from(data, 'base64');
      if (!bytes.subarray(0, 1024).includes('%PDF-')) return `${at}.data: The PDF specified was not valid.`;
      return bytes.includes('/Encrypt') ? `${at}.data: The PDF specified is password protected.` : null;
    }),
};

/** Tokens that a picture takes, as the documentation reckons them. */
export function imageTokens(data: string): number {
  const header = headerOf(data);
  return header === null ? 0 : Math.min(1600, Math.ceil((header.width * header.height) / 750));
}

function media(request: ApiRequest, type: 'image' | 'document'): Media[] {
  const name = type === 'image' ? 'image' : 'pdf';
  return allBlocks(request).flatMap((placed: PlacedBlock): Media[] => {
    const { source } = placed.block;
    if (placed.block.type !== type || typeof source !== 'object' || source === null) return [];
    const { type: kind, media_type: mediaType, data } = source as Record<string, unknown>;
    if (kind !== 'base64') return [];
    return [
      {
        at: `${placed.at}.${name}.source.base64`,
        mediaType: typeof mediaType === 'string' ? mediaType : '',
        data: typeof data === 'string' ? data : '',
      },
    ];
  });
}

function isBase64(data: string): boolean {
  return data.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(data);
}

function headerOf(data: string): ImageHeader | null {
  return imageHeader(Buffer.from(data, 'base64'));
}
