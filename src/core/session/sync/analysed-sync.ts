import type { TranscriptFingerprint } from '../../transcript/fingerprint.ts';
import type { MessageRow, SessionRow } from '../../log/store.ts';
import type { TranscriptIndex } from '../../transcript/transcript-index.ts';
import type { SessionSummary } from '../analysis-types.ts';
import type { CurrentSession } from '../current-session.ts';
import { messageRows, sessionRow } from '../sync-rows.ts';
import type { SessionSync } from './session-sync.ts';
import { asStored } from '../../transcript/utf16-source.ts';

/** Bytes that are hashed at once. */
const HASHED_AT_ONCE = 4 * 1024 * 1024;

/** Says how the current state is kept in the database. */
export class AnalysedSync implements SessionSync {
  private readonly session: CurrentSession;
  private readonly summary: () => Promise<SessionSummary>;
  /** Of the file as it was hashed last. */
  private hashed: { readonly fingerprint: TranscriptFingerprint; readonly index: TranscriptIndex } | null = null;

  constructor(session: CurrentSession, summary: () => Promise<SessionSummary>) {
    this.session = session;
    this.summary = summary;
  }

  async fingerprint(): Promise<TranscriptFingerprint> {
    if (this.hashed?.index !== this.session.state.file) {
      const fingerprint = await this.hash(this.session.state.file.bytes);
      this.hashed = { fingerprint, index: this.session.state.file };
    }
    return this.hashed.fingerprint;
  }

  async sessionRow(): Promise<SessionRow> {
    return sessionRow(await this.summary(), await this.fingerprint(), this.session.state);
  }

  async messageRows(start: number, count: number): Promise<readonly MessageRow[]> {
    const { ports, state } = this.session;
    return messageRows(ports.source, state, start, count, () => ports.sha256());
  }

  private async hash(length: number): Promise<TranscriptFingerprint> {
    const { ports } = this.session;
    const { stored, bytes } = await asStored(ports.source, length);
    const hash = ports.sha256();
    let size = 0;
    while (size < bytes) {
      const piece = await stored.read(size, Math.min(bytes, size + HASHED_AT_ONCE));
      if (piece.length === 0) break;
      hash.update(piece);
      size += piece.length;
    }
    return { size, sha256: hash.digest() };
  }
}
