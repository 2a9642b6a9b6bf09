/** Puts values into the places `{0}`, `{1}` … of a text. A place without a value stays as it is. */
export function fillIn(template: string, values: readonly (string | number)[]): string {
  return template.replace(/\{(\d+)\}/g, (place, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? place : String(value);
  });
}
