/** Text from outside as it may stand in a line of a document, a notification or a tree: no control or direction characters. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
}
