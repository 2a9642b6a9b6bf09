import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, eventDigest } from '../../../src/core/log/digest.ts';
import type { JsonValue } from '../../../src/core/json.ts';
import { jsonProblem, makeEvent } from '../../../src/core/log/make-event.ts';
import { eventFromRow } from '../../../src/core/log/rows.ts';
import { verifyChain } from '../../../src/core/log/verify/verify.ts';
import { sha256 } from '../../../src/files/sha256.ts';
import { draft } from '../../contract/sample.ts';
import { identity } from './sample-log.ts';

describe('canonical JSON', () => {
  test.each<[string, JsonValue, string]>([
    [
      'RFC 8785 section 3.2.2',
      JSON.parse(
        '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
      ) as JsonValue,
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ],
    [
      'RFC 8785 section 3.2.3: keys by UTF-16 units',
      {
        '\u20ac': 'Euro Sign',
        '\r': 'Carriage Return',
        '\ufb33': 'Hebrew Letter Dalet With Dagesh',
        '1': 'One',
        '\ud83d\ude00': 'Emoji: Grinning Face',
        '\u0080': 'Control',
        '\u00f6': 'Latin Small Letter O With Diaeresis',
      },
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
    ['published vector: arrays', [56, { d: true, '10': null, '1': [] }], '[56,{"1":[],"10":null,"d":true}]'],
    [
      'published vector: french',
      { peach: 'This sorting order', péché: 'is wrong according to French', pêche: 'but canonicalization MUST', sin: 'ignore locale' },
      '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
    ],
    [
      'published vector: structures',
      { '1': { f: { f: 'hi', F: 5 }, '\n': 56.0 }, '10': {}, '': 'empty', a: {}, '111': [{ e: 'yes', E: 'no' }], A: {} },
      '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
    ],
    ['published vector: unicode', { 'Unnormalized Unicode': 'A\u030a' }, '{"Unnormalized Unicode":"A\u030a"}'],
    [
      'published vector: weird',
      {
        '\u20ac': 'Euro Sign',
        '\r': 'Carriage Return',
        '\u000a': 'Newline',
        '1': 'One',
        '\u0080': 'Control\u007f',
        '\ud83d\ude02': 'Smiley',
        '\u00f6': 'Latin Small Letter O With Diaeresis',
        '\ufb33': 'Hebrew Letter Dalet With Dagesh',
        '</script>': 'Browser Challenge',
      },
      '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😂":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
    ['nested keys', { b: [{ z: 1, a: 2 }], a: { d: null, c: [] } }, '{"a":{"c":[],"d":null},"b":[{"a":2,"z":1}]}'],
    ['minus zero', [-0], '[0]'],
    ['line separators stand as they are', '\u2028\u2029', '"\u2028\u2029"'],
  ])('%s', (_name, value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('RFC 8785 appendix B: the double %s is %s', (bits, expected) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(expected);
  });

  test('is the same for every order of keys, and reads back as the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const value = object as { [key: string]: JsonValue };
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('digest of an event', () => {
  test('does not change between versions of Riff', () => {
    const event = makeEvent(draft('fixed', { payload: { b: 1, a: 'ü' } }), { seq: 0, digest: '' }, identity());
    expect(event.event_digest).toBe(
      sha256(
        new TextEncoder().encode(
          '{"engine_version":"0.0.0","event_id":"00000000-0000-7000-8000-000000000001","event_type":"parent_repaired","message_id":"m1","new_parent_uuid":"p1","old_parent_uuid":"lost","operator":"user:tester","payload":{"a":"ü","b":1},"prev_digest":"","reason":"because","reverts_event_id":null,"seq":1,"session_id":"fixed","similarity_score":0.75,"timestamp":"2026-01-01T00:00:00.000Z","transcript":{"sha256":"' +
            'a'.repeat(64) +
            '","size":10},"validation_passed":true}',
        ),
      ),
    );
  });

  test('changes with every field', () => {
    const event = makeEvent(draft('s'), { seq: 0, digest: '' }, identity());
    const digests = Object.entries(event)
      .filter(([key]) => key !== 'event_digest')
      .map(([key, value]) =>
        eventDigest({ ...event, [key]: key === 'transcript' ? { size: 11, sha256: event.transcript.sha256 } : changed(value) }, sha256),
      );
    expect(new Set([...digests, event.event_digest]).size).toBe(18);
  });

  test('holds for whatever a log accepts, after a way through JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (payload, reason) => {
        const one = draft('s', { payload: payload as { [key: string]: JsonValue }, reason });
        fc.pre(jsonProblem([one.payload, reason], 0) === null);
        const event = makeEvent(one, { seq: 0, digest: '' }, identity());
        const read = eventFromRow(JSON.parse(JSON.stringify(event)));
        expect(verifyChain([read], sha256)).toEqual([]);
      }),
    );
  });
});

function changed(value: unknown): unknown {
  if (typeof value === 'string') return `${value}!`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return value === null ? 'something' : { changed: true };
}
