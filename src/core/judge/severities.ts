import { bySeverity, type Diagnosis, type FindingCode, type Severity } from '../findings/finding.ts';

/** How much findings of a code matter to a user; `off` leaves them out. Codes that are not named keep what the core says. */
export type Severities = Readonly<Partial<Record<FindingCode, Severity | 'off'>>>;

/** The levels that a user may choose from. */
export const SEVERITY_LEVELS = ['error', 'warning', 'info', 'off'] as const satisfies readonly (Severity | 'off')[];

/** Every code as the core says. */
export const CORE_SEVERITIES: Severities = {};

/** The diagnoses as a user wants to see them, the most severe first, then by line. */
export function withSeverities(diagnoses: readonly Diagnosis[], severities: Severities): readonly Diagnosis[] {
  if (Object.keys(severities).length === 0) return diagnoses;
  const wanted = diagnoses.flatMap((diagnosis): Diagnosis[] => {
    const level = severities[diagnosis.finding.code] ?? diagnosis.finding.severity;
    if (level === 'off') return [];
    return level === diagnosis.finding.severity ? [diagnosis] : [{ ...diagnosis, finding: { ...diagnosis.finding, severity: level } }];
  });
  return wanted.sort(bySeverity);
}
