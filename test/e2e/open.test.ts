import { expect, it } from 'vitest';
import { useVscode } from '../harness/use-vscode.ts';

/** Text is drawn a moment after its editor. Guards against a hang; the machine may be busy. */
const PATIENTLY = { timeout: 60_000 };

const SESSION = ['{"type":"user","uuid":"11111111-1111-4111-8111-111111111111","parentUuid":null}', ''].join('\n');
const vscode = useVscode({ files: { 'session.jsonl': SESSION } });

it('opens a session as text, the default for .jsonl files, and as a graph', async () => {
  const window = await vscode().openWindow({ openFile: 'session.jsonl' });
  await window.goTo(1, 3);
  await expect.poll(() => window.editor.innerText(), PATIENTLY).toContain('11111111-1111-4111-8111-111111111111');

  await window.openGraph('session.jsonl');
  await expect.poll(() => window.graph().locator('body').innerText(), PATIENTLY).not.toBe('');
  await window.screenshot('graph');
});
