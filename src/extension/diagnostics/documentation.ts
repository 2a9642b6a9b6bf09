import * as vscode from 'vscode';

/** Where each code of a finding is explained. */
export interface Documentation {
  /** Settles when the places of the headings are known; never rejects. */
  readonly ready: Promise<void>;
  /** The page, at the code's heading once that is known. */
  linkOf(code: string): vscode.Uri;
}

/** The page that comes with the extension; it is read in the background for the places of its headings. */
export function findingsDocumentation(extensionUri: vscode.Uri): Documentation {
  const page = vscode.Uri.joinPath(extensionUri, 'docs', 'findings.md');
  let lines: readonly string[] = [];
  const read = async (): Promise<void> => {
    // Without it the links open the page at its start.
    const bytes = await vscode.workspace.fs.readFile(page).then(undefined, () => new Uint8Array());
    lines = new TextDecoder().decode(bytes).split('\n');
  };
  return {
    ready: read(),
    linkOf: (code) => {
      const line = lines.indexOf(`## ${code}`);
      return line < 0 ? page : page.with({ fragment: `L${line + 1}` });
    },
  };
}
