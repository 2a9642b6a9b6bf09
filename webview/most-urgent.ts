import type { Finding } from '../src/core/findings/finding.ts';

/** The record to look at first: of an error that can be repaired, else of an error, else of any finding; null when none has one. */
export function mostUrgent(findings: readonly Finding[]): string | null {
  const placed = findings.filter((finding) => finding.uuid !== null);
  const errors = placed.filter((finding) => finding.severity === 'error');
  return (errors.find((finding) => finding.repairable) ?? errors[0] ?? placed[0])?.uuid ?? null;
}
