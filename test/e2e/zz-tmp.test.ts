import { describe, it } from 'vitest';
import { useVscode } from '../harness/use-vscode.ts';
import { lines, twoBranches } from '../support/records.ts';

const texts = ['add the login form', 'The form is in src/login.ts.', 'now the tests', 'They pass.'];
const FILE = '11111111-2222-4333-8444-555555555555.jsonl';
const specs = twoBranches().map((s, i) => ({ ...s, content: s.type === 'user' ? `${texts[(i * 2) % 4]} (${i})` : [{ type: 'text', text: `${texts[(i * 2 + 1) % 4]} (${i})` }] }));
const vscode = useVscode({ files: { [FILE]: Buffer.from(lines(specs)) } });
describe('tmp', () => {
  it('looks', async () => {
    const window = await vscode().openWindow();
    await window.openGraph(FILE);
    await window.graph().getByRole('button', { name: 'Next Repair' }).click();
    await window.graph().locator('.preview-button').first().waitFor();
    await window.screenshot('p-details');
    await window.graph().locator('.preview-button').nth(0).click();
    await window.page.locator('.diff-editor, .monaco-diff-editor').first().waitFor();
    await window.page.waitForTimeout(1500);
    await window.screenshot('p-linear');
    await window.openGraph(FILE);
    await window.graph().locator('.preview-button').nth(1).click();
    await window.page.waitForTimeout(2500);
    await window.screenshot('p-leaf');
    await window.openGraph(FILE);
    await window.graph().locator('.preview-button').nth(2).click();
    await window.page.waitForTimeout(2500);
    await window.screenshot('p-split');
    await window.openText(FILE);
    await window.page.waitForTimeout(1500);
    const [p] = await window.problems();
    const fixes = await window.quickFixes(p!.line, p!.column);
    await window.screenshot('p-fixes');
    await window.takeQuickFix(fixes.find((f) => f.startsWith('Preview'))!);
    await window.page.waitForTimeout(1500);
    await window.screenshot('p-pick');
  });
});
