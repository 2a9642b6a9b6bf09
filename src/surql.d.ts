/** Migrations are bundled as text: by esbuild's text loader, and by a plugin of the same effect in vitest. */
declare module '*.surql' {
  const text: string;
  export default text;
}
