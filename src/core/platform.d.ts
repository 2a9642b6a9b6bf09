/**
 * The few globals the core may use although the language library does not declare them. Every JavaScript host
 * of today has them (Node 20, browsers, workers), so the core stays free of node, vscode and the DOM.
 */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array;
}
