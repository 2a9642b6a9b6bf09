import type { JsonCursor } from '../json/json-cursor.ts';

/** Tells texts that a client wrote by itself in a person's place from what a person said. */
export class ClientTexts {
  private readonly starts: readonly Uint8Array[];
  private texts = 0;
  private clients = 0;

  /** @param starts what texts of the client begin with */
  constructor(starts: readonly string[]) {
    this.starts = starts.map((start) => new TextEncoder().encode(start));
  }

  clear(): void {
    this.texts = this.clients = 0;
  }

  /** Whether the text that the cursor has just read is one of the client. Looks at its bytes as they stand: clients write these without escapes. */
  isClients({ bytes, textStart, textEnd }: JsonCursor): boolean {
    if (textStart === textEnd) return true;
    return this.starts.some((start) => textEnd - textStart >= start.length && start.every((byte, i) => bytes[textStart + i] === byte));
  }

  /** Takes a text or another block of the record. */
  add(isClients: boolean): void {
    this.texts++;
    if (isClients) this.clients++;
  }

  /** Whether a record has texts, and nothing but texts of the client. */
  get areAll(): boolean {
    return this.texts > 0 && this.texts === this.clients;
  }
}
