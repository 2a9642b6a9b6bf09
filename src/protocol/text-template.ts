/** Inserts values for the placeholders `{0}`, `{1}` … of a text. A placeholder without a value stays unchanged. */
export function fillIn(template: string, values: readonly (string | number)[]): string {
  return template.replace(/\{(\d+)\}/g, (place, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? place : String(value);
  });
}
