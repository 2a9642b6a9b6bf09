import { readRecords } from '../transcript/read-records.ts';
import type { ByteSource } from '../transcript/source.ts';
import { withAgents, type PlainBlock } from './agents.ts';
import type { RecordDetail } from './analysis-types.ts';
import { describeRecord, parseRecord, pictureOf, textBlocks, type TextBlock } from './record-text.ts';
import { isoTime } from './rows.ts';
import type { SiblingFinder } from './ports.ts';
import type { SessionState } from './state.ts';

const RAW_LENGTH = 100_000;
/** A record with more children than this shows the first ones. */
const MOST_CHILDREN = 50;

/** More records of one message than any client writes. */
const MOST_PARTS = 50;

/**
 * Everything about one record; reads it, the others of its message and, for their labels, its children.
 * @param message records of the same message, itself included, in file order
 */
export async function recordDetail(
  { source, siblings }: { readonly source: ByteSource; readonly siblings: SiblingFinder },
  state: SessionState,
  record: number,
  message: readonly number[],
): Promise<RecordDetail> {
  const { index, graph } = state;
  const children = Array.from(graph.childrenOf(record).subarray(0, MOST_CHILDREN));
  const [bytes, ...childBytes] = [
    ...(await readRecords(source, index, [record], Number.POSITIVE_INFINITY)),
    ...(await readRecords(source, index, children, Number.POSITIVE_INFINITY)),
  ];
  const raw = new TextDecoder().decode(bytes);
  const parsed = parseRecord(raw) ?? {};
  const parent = graph.parent[record]!;
  const fileParent = index.columns.parent[record]!;
  return {
    uuid: index.uuidText(record),
    row: state.rowOfRecord[record]!,
    line: index.columns.line[record]!,
    type: index.words.text(index.columns.type[record]!),
    label: describeRecord(parsed).label,
    timestamp: isoTime(index.columns.time[record]!),
    fileParentUuid: fileParent < 0 ? null : index.names.text(fileParent),
    parentUuid:
      parent >= 0 ? index.uuidText(parent) : graph.overridden[record] === 1 || fileParent < 0 ? null : index.names.text(fileParent),
    parentLine: parent >= 0 ? index.columns.line[parent]! : null,
    children: children.map((child, i) => ({
      uuid: index.uuidText(child),
      line: index.columns.line[child]!,
      label: describeRecord(parseRecord(new TextDecoder().decode(childBytes[i])) ?? {}).label,
    })),
    blocks: await withAgents(await messageBlocks(source, state, message), { source, siblings }, state),
    raw: raw.length <= RAW_LENGTH ? raw : `${raw.slice(0, RAW_LENGTH)}…`,
    onResumeChain: state.onChain[record] === 1,
    chainIsOfCopy: state.resume.now !== state.resume.withRepairs,
    findings: state.findingsOfRecord.get(record) ?? [],
  };
}

async function messageBlocks(source: ByteSource, state: SessionState, message: readonly number[]): Promise<PlainBlock[]> {
  const { index } = state;
  const records = message.slice(0, MOST_PARTS).sort((a, b) => a - b);
  const contents = await readRecords(source, index, records, Number.POSITIVE_INFINITY);
  const decoder = new TextDecoder();
  return records.flatMap((record, i) =>
    textBlocks(parseRecord(decoder.decode(contents[i])) ?? {}).map((block) => ({
      ...block,
      uuid: index.uuidText(record),
      line: index.columns.line[record]!,
      counterpart: counterpartOf(state, block),
    })),
  );
}

/** The other end of a tool call: its result, or the call that a result answers. */
function counterpartOf({ index, graph }: SessionState, { type, call }: TextBlock): PlainBlock['counterpart'] {
  const name = call === null || call === '' ? -1 : index.names.find(call);
  if (name < 0) return null;
  const wanted = type === 'tool_use' ? 1 : 0;
  const { id, isResult, record } = index.tools;
  const at = id.findLastIndex((one, t) => one === name && isResult[t] === wanted && graph.isCurrent(record[t]!));
  return at < 0 ? null : { uuid: index.uuidText(record[at]!), line: index.columns.line[record[at]!]! };
}

/** A picture in a record, as a `data:` address; null when there is none that can be shown. */
export async function recordPicture(source: ByteSource, state: SessionState, record: number, at: number): Promise<string | null> {
  const [bytes] = await readRecords(source, state.index, [record], Number.POSITIVE_INFINITY);
  return pictureOf(parseRecord(new TextDecoder().decode(bytes)) ?? {}, at);
}
