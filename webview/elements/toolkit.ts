import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';

/**
 * The only file that uses the component library, which is no longer maintained. To leave it, register another element and change `button`.
 */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton());
}

/** What a button looks like. */
export type ButtonLook = 'primary' | 'secondary' | 'icon';

/** A push button. An icon button needs `label`, which is read out and shown as its tooltip. */
export function button(look: ButtonLook, content: readonly (Node | string)[], onPress: () => void, label?: string): HTMLElement {
  const made = document.createElement('vscode-button');
  made.setAttribute('appearance', look);
  if (label !== undefined) {
    made.setAttribute('aria-label', label);
    made.title = label;
  }
  made.append(...content);
  made.addEventListener('click', onPress);
  return made;
}

/** Enables or disables a button. */
export function setEnabled(made: HTMLElement, enabled: boolean): void {
  made.toggleAttribute('disabled', !enabled);
}
