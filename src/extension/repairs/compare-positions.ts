import * as vscode from 'vscode';
import type { OpenSession } from '../session/open-session.ts';
import { listUri } from '../session/session-uri.ts';
import { pickPosition } from './pick-position.ts';

/** Asks for two positions of the log and shows what a resume of a repaired copy loads at each, beside each other. */
export async function comparePositions(session: OpenSession): Promise<void> {
  await session.readLog();
  const from = await pickPosition(session, 'Compare Log Positions (1 of 2)', 'Compare from');
  const to = from === undefined ? undefined : await pickPosition(session, 'Compare Log Positions (2 of 2)', 'Compare with');
  if (from !== undefined && to !== undefined) await showComparison(session, from, to);
}

/** @param a seq of a position; the older one is shown left, whichever it is */
export async function showComparison(session: OpenSession, a: number, b: number): Promise<void> {
  const [from, to] = a < b ? [a, b] : [b, a];
  const place = (seq: number): string => (seq === 0 ? 'file' : seq === session.events.length ? 'now' : `event ${seq}`);
  const title = `Loaded messages: ${place(from)} ↔ ${place(to)}`;
  const [left, right] = [listUri(session.uri, { at: from, loaded: true }), listUri(session.uri, { at: to, loaded: true })];
  await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true });
}
