import * as vscode from 'vscode';

/** Where each code of a finding is explained. */
export interface Documentation {
  /** The page, at the code's heading once that is known. */
  linkOf(code: string): vscode.Uri;
}

/** The page that comes with the extension; it is read in the background for the places of its headings. */
export function findingsDocumentation(extensionUri: vscode.Uri): Documentation {
  const page = vscode.Uri.joinPath(extensionUri, 'docs', 'findings.md');
  let lines: readonly string[] = [];
  vscode.workspace.fs.readFile(page).then(
    (bytes) => (lines = new TextDecoder().decode(bytes).split('\n')),
    // Without it the links open the page at its start.
    () => undefined,
  );
  return {
    linkOf: (code) => {
      const line = lines.indexOf(`## ${code}`);
      return line < 0 ? page : page.with({ fragment: `L${line + 1}` });
    },
  };
}
