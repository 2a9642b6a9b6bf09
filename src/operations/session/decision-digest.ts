/**
 * Names what a user was asked about, however much it is: before it is done, the same question is asked again, and another digest says
 * that the session has changed.
 * @returns SHA-256, lower-case hex
 */
export async function decisionDigest(decided: unknown): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(decided)));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
