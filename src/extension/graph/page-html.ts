/** What the page is made of. Addresses are those the webview may load. */
export interface PageParts {
  readonly cspSource: string;
  /** Fresh random text for each page. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  /** BCP 47 tag of the texts. */
  readonly language: string;
}

/** The rule that keeps transcript text from ever running: nothing but our own files, by nonce. */
export function contentSecurityPolicy(cspSource: string, nonce: string): string {
  return [
    `default-src 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
  ].join('; ');
}

function escapeAttribute(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** The page of the graph: empty, everything in it is made by its script from messages. */
export function pageHtml(parts: PageParts): string {
  const a = escapeAttribute;
  // The toolkit puts its nonce on a style element it makes while it starts; it looks for it in this meta element.
  return `<!DOCTYPE html>
<html lang="${a(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${a(contentSecurityPolicy(parts.cspSource, parts.nonce))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" content="${a(parts.nonce)}">
<title>Session Graph</title>
<link rel="stylesheet" nonce="${a(parts.nonce)}" href="${a(parts.styleUri)}">
<script defer nonce="${a(parts.nonce)}" src="${a(parts.scriptUri)}"></script>
</head>
<body>
</body>
</html>
`;
}
