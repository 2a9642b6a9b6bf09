import type * as vscode from 'vscode';
import type { SessionRecords } from '../../core/session/records/session-records.ts';
import { listPlace, MESSAGES_SCHEME } from './session-uri.ts';

/** A line of a document and the record it shows. */
export interface RecordPlace {
  /** 1-based line in the session's file. */
  readonly line: number;
  /** Row of the graph; null where the line holds no record with an id. */
  readonly row: number | null;
}

const UUID_VALUE = /"uuid"\s*:\s*"([0-9a-f-]{36})"/i;

/**
 * The record on a line of the file's document or of its list of messages. In a changed document the line moved: the record
 * is found by the id in its text.
 * @param line 0-based line of the document
 */
export async function recordAt(records: SessionRecords, document: vscode.TextDocument, line: number): Promise<RecordPlace | null> {
  // A list of another position of the log has other rows than the session has now.
  if (document.uri.scheme === MESSAGES_SCHEME) return listPlace(document.uri) === null ? atRow(records, line) : null;
  if (!document.isDirty) return { line: line + 1, row: await records.rowOfLine(line + 1) };
  const uuid = UUID_VALUE.exec(document.lineAt(line).text)?.[1];
  const row = uuid === undefined ? null : await records.rowOf(uuid);
  return row === null ? null : atRow(records, row);
}

async function atRow(records: SessionRecords, row: number): Promise<RecordPlace | null> {
  const [found] = await records.rows(row, 1);
  return found === undefined ? null : { line: found.line, row };
}
