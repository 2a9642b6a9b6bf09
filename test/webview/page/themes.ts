/** The variables that VS Code's own themes set, as far as the graph reads them. */
export interface FakeTheme {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
}

const COMMON = {
  'font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  'font-size': '13px',
  'font-weight': 'normal',
  'editor-font-family': '"Droid Sans Mono", "DejaVu Sans Mono", monospace',
};

const DARK = {
  ...COMMON,
  foreground: '#cccccc',
  'editor-background': '#1f1f1f',
  'editor-foreground': '#cccccc',
  'sideBar-background': '#181818',
  'panel-border': '#2b2b2b',
  focusBorder: '#0078d4',
  errorForeground: '#f85149',
  'list-hoverBackground': '#2a2d2e',
  'list-activeSelectionBackground': '#04395e',
  'list-activeSelectionForeground': '#ffffff',
  'list-inactiveSelectionBackground': '#37373d',
  'charts-blue': '#3794ff',
  'charts-purple': '#b180d7',
  'charts-green': '#89d185',
  'charts-orange': '#d18616',
  'charts-yellow': '#cca700',
  'charts-red': '#f14c4c',
  'editorError-foreground': '#f14c4c',
  'editorWarning-foreground': '#cca700',
  'editorInfo-foreground': '#3794ff',
  'textLink-foreground': '#4daafc',
  'textCodeBlock-background': '#2b2b2b',
  'button-background': '#0078d4',
  'button-foreground': '#ffffff',
  'button-hoverBackground': '#026ec1',
  'button-secondaryBackground': '#313131',
  'button-secondaryForeground': '#cccccc',
  'button-border': '#ffffff12',
  'editorWidget-background': '#202020',
  'editorWidget-border': '#454545',
  'editorHoverWidget-background': '#202020',
  'editorHoverWidget-border': '#454545',
  'widget-shadow': '#0000005c',
  'minimapSlider-background': '#79797933',
  'inputValidation-infoBackground': '#063b49',
  'keybindingLabel-background': '#8080802b',
  'keybindingLabel-border': '#33333399',
  'icon-foreground': '#cccccc',
  'scrollbarSlider-background': '#79797966',
  'toolbar-hoverBackground': '#5a5d5e50',
};

const LIGHT = {
  ...DARK,
  foreground: '#3b3b3b',
  'editor-background': '#ffffff',
  'editor-foreground': '#3b3b3b',
  'sideBar-background': '#f8f8f8',
  'panel-border': '#e5e5e5',
  focusBorder: '#005fb8',
  'list-hoverBackground': '#f2f2f2',
  'list-activeSelectionBackground': '#e8e8e8',
  'list-activeSelectionForeground': '#000000',
  'list-inactiveSelectionBackground': '#e4e6f1',
  'charts-blue': '#1a85ff',
  'charts-purple': '#652d90',
  'charts-green': '#388a34',
  'charts-yellow': '#bf8803',
  'charts-red': '#e51400',
  'editorError-foreground': '#e51400',
  'editorWarning-foreground': '#bf8803',
  'editorInfo-foreground': '#1a85ff',
  'textLink-foreground': '#005fb8',
  'textCodeBlock-background': '#f8f8f8',
  'button-background': '#005fb8',
  'button-hoverBackground': '#0258a8',
  'button-secondaryBackground': '#e5e5e5',
  'button-secondaryForeground': '#3b3b3b',
  'editorWidget-background': '#f8f8f8',
  'editorWidget-border': '#c8c8c8',
  'editorHoverWidget-background': '#f8f8f8',
  'editorHoverWidget-border': '#c8c8c8',
  'widget-shadow': '#00000029',
  'minimapSlider-background': '#64646433',
  'inputValidation-infoBackground': '#d6ecf2',
  'icon-foreground': '#3b3b3b',
};

const HIGH_CONTRAST = {
  ...COMMON,
  foreground: '#ffffff',
  'editor-background': '#000000',
  'editor-foreground': '#ffffff',
  'sideBar-background': '#000000',
  contrastBorder: '#6fc3df',
  contrastActiveBorder: '#f38518',
  'panel-border': '#6fc3df',
  focusBorder: '#f38518',
  'list-activeSelectionForeground': '#ffffff',
  'list-activeSelectionBackground': 'transparent',
  'list-inactiveSelectionBackground': 'transparent',
  'list-focusOutline': '#f38518',
  'charts-blue': '#59a4f9',
  'charts-purple': '#b180d7',
  'charts-green': '#89d185',
  'editorError-foreground': '#f48771',
  'editorWarning-foreground': '#ffd370',
  'editorInfo-foreground': '#59a4f9',
  'textLink-foreground': '#21a6ff',
  'textCodeBlock-background': '#000000',
  'button-foreground': '#ffffff',
  'button-background': '#000000',
  'button-secondaryForeground': '#ffffff',
  'button-secondaryBackground': '#000000',
  'button-border': '#6fc3df',
  'editorWidget-background': '#0c141f',
  'editorWidget-border': '#6fc3df',
  'editorHoverWidget-background': '#0c141f',
  'editorHoverWidget-border': '#6fc3df',
  'inputValidation-infoBackground': '#000000',
  'icon-foreground': '#ffffff',
};

export const FAKE_THEMES: Readonly<Record<string, FakeTheme>> = {
  dark: { bodyClass: 'vscode-dark', variables: DARK },
  light: { bodyClass: 'vscode-light', variables: LIGHT },
  contrast: { bodyClass: 'vscode-high-contrast', variables: HIGH_CONTRAST },
};

/** Dresses the page as VS Code does: variables on the root element, a class on the body. */
export function applyTheme(name: string): void {
  const theme = FAKE_THEMES[name] ?? FAKE_THEMES['dark'];
  if (theme === undefined) return;
  const { style } = document.documentElement;
  for (const property of [...style]) style.removeProperty(property);
  for (const [variable, value] of Object.entries(theme.variables)) style.setProperty(`--vscode-${variable}`, value);
  document.body.className = theme.bodyClass;
}
