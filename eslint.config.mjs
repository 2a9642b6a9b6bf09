// @ts-check
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * What a layer may not import. The top-level folders know each other in one direction only; see ARCHITECTURE.md.
 * @param {string} layer folder
 * @param {object} denied
 * @param {readonly string[]} denied.folders layers it must not know
 * @param {readonly string[]} [denied.typesOnly] layers of which it may know the types
 * @param {readonly string[]} [denied.packages] regular expressions over package names
 */
function layer(layer, { folders, typesOnly = [], packages = [] }) {
  /** @param {string} folder */
  const intoFolder = (folder) => `^(\\.\\.?/)+(src/)?${folder}/`;
  const message = `${layer} must not import this; see the layers in ARCHITECTURE.md.`;
  return {
    files: [`${layer}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            ...folders.map((folder) => ({ regex: intoFolder(folder), message })),
            ...typesOnly.map((folder) => ({
              regex: intoFolder(folder),
              message: `${layer} may import types alone from here.`,
              allowTypeImports: true,
            })),
            ...packages.map((regex) => ({ regex, message })),
          ],
        },
      ],
    },
  };
}

/** @param {...string} names the only packages a layer may import */
const packagesExcept = (...names) => `^(?!\\.{1,2}/)(?!(${names.join('|')})(/|$))`;
const NODE = '^(node:|fs$|path$|os$|crypto$|child_process$|worker_threads$|net$|url$|util$|events$|stream$|buffer$)';
const VSCODE = '^vscode$';

export default defineConfig(
  { ignores: ['node_modules/', 'dist/', 'test-results/', 'coverage/'] },
  {
    // A rule that is wrong is changed here, for all, and not switched off in a file.
    linterOptions: { noInlineConfig: true },
    extends: [eslint.configs.recommended],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // Text of transcripts is cleaned of control characters.
      'no-control-regex': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
        { selector: 'ExportAllDeclaration[exported=null]', message: 'Import from the file that defines it; no barrels.' },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { inheritedMethods: false } }],
      // VS Code takes any object with a dispose() for its class Disposable.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    // Indices into typed arrays, checked by the loop around them, at a hundred thousand rows.
    files: ['src/core/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // A test knows what it has put into a list, and names methods to say what is called.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['src/core/**/*.ts', 'src/extension/**/*.ts', 'src/store/**/*.ts'], rules: { 'no-console': 'error' } },
  { files: ['webview/**/*.ts'], rules: { 'no-console': ['error', { allow: ['error'] }] } },
  { files: ['**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.mjs'], rules: { 'no-undef': 'off' } },
  { files: ['*.config.ts', '*.config.mjs'], rules: { 'no-restricted-syntax': 'off' } },

  layer('src/core', {
    folders: ['files', 'store', 'service', 'protocol', 'extension', 'cli', 'webview'],
    packages: [packagesExcept('json-canonicalize', 'valibot', 'uuid')],
  }),
  layer('src/protocol', {
    folders: ['files', 'store', 'service', 'extension', 'cli', 'webview'],
    typesOnly: ['core'],
    packages: [packagesExcept('valibot')],
  }),
  layer('webview', {
    folders: ['files', 'store', 'service', 'extension', 'cli'],
    typesOnly: ['core'],
    packages: [VSCODE, NODE],
  }),
  layer('src/files', { folders: ['store', 'service', 'protocol', 'extension', 'cli', 'webview'], packages: [VSCODE] }),
  layer('src/store', { folders: ['protocol', 'extension', 'cli', 'webview'], packages: [VSCODE] }),
  layer('src/service', { folders: ['protocol', 'extension', 'cli', 'webview'], packages: [VSCODE] }),
  layer('src/extension', { folders: ['cli', 'webview'] }),
  layer('src/cli', { folders: ['protocol', 'extension', 'webview'], packages: [VSCODE] }),
);
