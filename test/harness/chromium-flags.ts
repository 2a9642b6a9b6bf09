/** How the tests start Chromium, for VS Code's windows and for the page alone: as a browser is, without what only a person's needs. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
