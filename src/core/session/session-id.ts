const SESSION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is a whole session id: a UUID. */
export function isSessionId(text: string): boolean {
  return SESSION_ID.test(text);
}
