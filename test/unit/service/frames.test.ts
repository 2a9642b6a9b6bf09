import fc from 'fast-check';
import { CborCodec, Duration, RecordId, Uuid } from 'surrealdb';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../src/core/json.ts';
import { jsonProblem } from '../../../src/core/log/make-event.ts';
import { FrameError, readFields, readRequest, writeNotification, writeRequest, writeResponse } from '../../../src/service/frames.ts';

const codec = new CborCodec({});

describe('frames', () => {
  test('a request of the SDK is taken apart and put together with another session', () => {
    const params = [
      'SELECT * FROM $id',
      {
        id: new RecordId('t', ['a', 1]),
        list: [1, -1, 1.5, null, undefined, new Uint8Array(300)],
        text: 'ü'.repeat(300),
        for: Duration.parseFloat('1s'),
      },
    ];
    const frame = readRequest(codec.encode({ id: '7', method: 'query', params, session: undefined, txn: undefined }));
    expect(frame.method).toBe('query');
    expect([frame.session, frame.txn]).toEqual([null, null]);
    const session = Uuid.v4();
    const sent = codec.decode<Record<string, unknown>>(writeRequest(frame, codec.encode(session)));
    expect(sent).toMatchObject({ id: '7', method: 'query', session });
    expect(codec.encode(sent['params'])).toEqual(codec.encode(params));
    expect(readRequest(codec.encode({ id: '1', method: 'ping', session })).session).toEqual(codec.encode(session));
  });

  test('a result and an error of the engine go out under the id of the request', () => {
    const { id } = readRequest(codec.encode({ id: '42', method: 'ping' }));
    expect(codec.decode(writeResponse(id, codec.encode([{ status: 'OK' }])))).toEqual({ id: '42', result: [{ status: 'OK' }] });
    expect(codec.decode(writeResponse(id, codec.encode({ error: { code: 1 } })))).toEqual({ id: '42', error: { code: 1 } });
    expect(codec.decode(writeNotification(codec.encode({ action: 'CREATE' })))).toEqual({ result: { action: 'CREATE' } });
  });

  test.each([
    ['nothing', []],
    ['no map', [0x01]],
    ['a map cut short', [0xa3, 0xff]],
    ['a forged number of entries', [0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a forged length of an array', [0xa1, 0x61, 0x61, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]],
    ['a forged length of a text', [0xa1, 0x61, 0x61, 0x7b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]],
    ['an array without end', [0xa1, 0x61, 0x61, 0x9f, 0x01]],
    ['a stray break', [0xa1, 0x61, 0x61, 0xff]],
    ['depth', [0xa1, 0x61, 0x61, ...Array<number>(100_000).fill(0x81)]],
    ['bytes after the end', [0xa0, 0x00]],
    ['a key twice', [0xa2, 0x61, 0x61, 0x00, 0x61, 0x61, 0x00]],
    ['a key that is no text', [0xa1, 0x00, 0x00]],
  ])('refuses %s', (_name, bytes) => {
    expect(() => readFields(Uint8Array.from(bytes))).toThrow(FrameError);
  });

  test('any bytes are read or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readRequest(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('any value of JSON keeps its bytes on the way through', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        fc.pre(jsonProblem(value as JsonValue, 0) === null);
        const bytes = codec.encode({ id: '1', method: 'query', params: value });
        const expected = codec.encode(value);
        // NONE and null both mean that there are no parameters.
        if (value !== null) expect(readRequest(bytes).params).toEqual(expected);
      }),
    );
  });
});
