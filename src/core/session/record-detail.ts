import { readRecords } from '../transcript/read-records.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { RecordDetail } from './analysis-types.ts';
import { describeRecord, parseRecord, textBlocks } from './record-text.ts';
import { isoTime } from './rows.ts';
import type { SessionState } from './state.ts';

const RAW_LENGTH = 100_000;
/** A record with more children than this shows the first ones. */
const MOST_CHILDREN = 50;

/** Everything about one record; reads it and, for their labels, its children. */
export async function recordDetail(source: ByteSource, state: SessionState, record: number): Promise<RecordDetail> {
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
    blocks: textBlocks(parsed),
    raw: raw.length <= RAW_LENGTH ? raw : `${raw.slice(0, RAW_LENGTH)}…`,
    onResumeChain: state.onChain[record] === 1,
    chainIsOfCopy: state.resume.now !== state.resume.withRepairs,
    findings: state.findingsOfRecord.get(record) ?? [],
  };
}
