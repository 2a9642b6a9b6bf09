export function checkGrowth(): Promise<number> {
  return Promise.resolve(0);
}
