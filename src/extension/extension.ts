import * as vscode from 'vscode';

/** Called by VS Code with the first use of anything Riff contributes. */
export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.window.registerCustomEditorProvider('riff.graph', {
      openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
      resolveCustomEditor: (document, panel) => {
        panel.webview.html = `<!DOCTYPE html><html><body><main id="stub">Session Graph</main></body></html>`;
      },
    }),
    vscode.commands.registerCommand('riff.openGraph', (uri: vscode.Uri) =>
      vscode.commands.executeCommand('vscode.openWith', uri, 'riff.graph'),
    ),
  );
}
