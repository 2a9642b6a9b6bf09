import { type PlacedRemark, type RemarkKind, remarksOn } from '../../transcript/notes/remarks.ts';
import type { RequestRule, Role } from '../request.ts';

/** A rule that single blocks break. */
interface BlockRule extends Pick<RequestRule, 'id' | 'source' | 'recovery'> {
  readonly kinds: readonly RemarkKind[];
  /** Whose messages; both without it. */
  readonly role?: Role;
  /** Which of these blocks; all without it. */
  readonly breaks?: (remark: PlacedRemark) => boolean;
  readonly sentence: string;
}

export function remarkRule({ id, source, recovery, kinds, role, breaks, sentence }: BlockRule): RequestRule {
  return {
    ...{ id, source, recovery },
    breaches({ index: { remarks } }, request) {
      if (!remarks.some(({ kind }) => kinds.includes(kind))) return [];
      return request
        .filter((message) => role === undefined || message.role === role)
        .flatMap(({ parts }) => parts)
        .filter(({ isStandIn }) => !isStandIn)
        .flatMap(({ record }) => remarksOn(remarks, record))
        .filter((remark) => kinds.includes(remark.kind) && (breaks === undefined || breaks(remark)))
        .map(({ record }) => ({ record, sentence }));
    },
  };
}
