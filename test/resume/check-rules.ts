export async function checkRules(_program: string): Promise<number> {
  return await Promise.resolve(0);
}
