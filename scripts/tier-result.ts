/** Tests of one tier, counted. */
export interface TierResult {
  passed: number;
  failed: number;
  skipped: number;
}
