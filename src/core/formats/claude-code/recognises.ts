/** Whether text from somewhere in a file may be Claude Code's. */
export function recognises(text: string): boolean {
  return /"type"\s*:/.test(text) && /"(?:parentUuid|sessionId)"\s*:/.test(text);
}
