import { PROTOCOL_VERSION, type HostMessage } from './messages.ts';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isState(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['kind'] === 'string' &&
    ['loading', 'explained', 'ready'].includes(value['kind']) &&
    Number.isSafeInteger(value['revision']) &&
    isObject(value['translations'])
  );
}

function isResult(value: unknown): boolean {
  if (!isObject(value)) return false;
  if ('ok' in value) return true;
  const error = value['err'];
  return isObject(error) && typeof error['code'] === 'string' && typeof error['message'] === 'string';
}

/**
 * A light check of a message from the host: only its envelope, because both ends are built together and the host is trusted.
 * Other scripts of the editor also post to this window, so an unknown message is ignored rather than an error.
 */
export function isHostMessage(value: unknown): value is HostMessage {
  if (!isObject(value) || value['protocolVersion'] !== PROTOCOL_VERSION) return false;
  switch (value['type']) {
    case 'response':
      return Number.isSafeInteger(value['id']) && isResult(value['result']);
    case 'changed':
      return isState(value['state']);
    case 'reveal':
      return typeof value['uuid'] === 'string';
    default:
      return false;
  }
}
