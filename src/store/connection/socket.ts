import { WebSocket } from 'ws';

const HANDSHAKE_MS = 5_000;
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

export interface TrackedSockets {
  readonly implementation: typeof globalThis.WebSocket;
  /** The system's error of one of them, which the SDK does not pass on. */
  problem(): Error | null;
  terminateAll(): void;
}

/**
 * A socket class for the SDK that remembers its instances, so that a connection can be terminated. The platform's own WebSocket
 * cannot be terminated: closing it waits for the other side, and Node 20 has none.
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

    /** The SDK reports an unreadable message this way; such a connection is no longer usable. */
    dispatchEvent(): boolean {
      this.terminate();
      return true;
    }
  }
  return {
    // Both declare the same interface with their own types.
    implementation: TrackedSocket as unknown as typeof globalThis.WebSocket,
    problem: () => problem,
    terminateAll: () => {
      for (const socket of open) socket.terminate();
    },
  };
}
