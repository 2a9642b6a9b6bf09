/** A plugin of the linter that checks each import of the sources against the table of rooms. */
import path from 'node:path';
import type { RuleTester } from 'oxlint/plugins-dev';
import { importProblem } from './rooms.ts';

type Rule = Parameters<RuleTester['run']>[1];

const rooms: Rule = {
  create(context) {
    const root = context.cwd;
    const file = fromRoot(root, context.filename);
    const check = (node: NonNullable<Parameters<typeof context.report>[0]['node']>, specifier: unknown, isTypeOnly: boolean): void => {
      if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const message = importProblem(file, fromRoot(root, path.resolve(path.dirname(context.filename), specifier)), isTypeOnly);
      if (message !== null) context.report({ node, message });
    };
    return {
      ImportDeclaration(node) {
        const areTypes =
          node.specifiers.length > 0 && node.specifiers.every((one) => one.type === 'ImportSpecifier' && one.importKind === 'type');
        check(node, node.source.value, node.importKind === 'type' || areTypes);
      },
      ExportNamedDeclaration(node) {
        check(node, node.source?.value, node.exportKind === 'type');
      },
      ExportAllDeclaration(node) {
        check(node, node.source.value, node.exportKind === 'type');
      },
      ImportExpression(node) {
        check(node, node.source.type === 'Literal' ? node.source.value : null, false);
      },
    };
  },
};

function fromRoot(root: string, file: string): string {
  return path.relative(root, file).replaceAll('\\', '/');
}

// The linter loads a plugin by its default export.
export default { meta: { name: 'riff' }, rules: { rooms } };
