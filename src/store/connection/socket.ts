import { WebSocket } from 'ws';

const HANDSHAKE_MS = 5_000;
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

export interface TrackedSockets {
  readonly implementation: typeof globalThis.WebSocket;
  /** What went wrong with one of them, in the system's words: the SDK keeps it to itself. */
  problem(): Error | null;
  terminateAll(): void;
}

/**
 * A class of sockets for the SDK that remembers its instances, so that a connection can be cut. The platform's own WebSocket
 * cannot be: closing it waits for the other side, and Node 20 has none.
 */
export function trackedSockets(): TrackedSockets {
  const open = new Set<WebSocket>();
  let problem: Error | null = null;
  class TrackedSocket extends WebSocket {
    constructor(url: string, protocols: string | string[]) {
      super(url, protocols, { perMessageDeflate: false, handshakeTimeout: HANDSHAKE_MS, maxPayload: MAX_MESSAGE_BYTES });
      open.add(this);
      this.once('close', () => open.delete(this));
      this.once('error', (error) => {
        problem = error;
      });
    }

    /** The SDK reports a message it cannot read this way; such a connection is of no use any more. */
    dispatchEvent(): boolean {
      this.terminate();
      return true;
    }
  }
  return {
    // The two declare the same interface with types of their own.
    implementation: TrackedSocket as unknown as typeof globalThis.WebSocket,
    problem: () => problem,
    terminateAll: () => {
      for (const socket of open) socket.terminate();
    },
  };
}
