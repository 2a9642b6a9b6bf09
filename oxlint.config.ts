import { defineConfig } from 'oxlint';
import type { OxlintOverride } from 'oxlint';
import { KNOWN_EXCEPTIONS } from './scripts/architecture/rooms.ts';

/** Rules that take no options. */
function errors(...rules: readonly string[]): Record<string, 'error'> {
  return Object.fromEntries(rules.map((rule) => [rule, 'error']));
}

interface RestrictedImport {
  readonly regex: string;
  readonly message: string;
  readonly importNames?: string[];
  readonly allowTypeImports?: boolean;
}

const WRITES = 'Events are made and written by operations alone: see src/operations.';
/** What makes events or writes them to a log; doors import none of it. */
const LOG_WRITERS: readonly RestrictedImport[] = [
  {
    regex: '/core/log/(drafts|make-event|append/(append-rule|memory-store|waiting-log)|transfer/(append-import|import|export))\\.ts$',
    message: WRITES,
    allowTypeImports: true,
  },
  { regex: '/core/log/append/outbox\\.ts$', importNames: ['flushOutbox'], message: WRITES },
  { regex: '/core/log/revert-plan\\.ts$', importNames: ['revertDrafts', 'revertPlan'], message: WRITES },
  { regex: '/core/log/position/checkpoints\\.ts$', importNames: ['checkpointDraft'], message: WRITES },
];

/** Reading any file but a regular one may never end. */
const UNCHECKED_READS: RestrictedImport = {
  regex: '^node:fs(/promises)?$',
  importNames: ['readFile', 'readFileSync', 'createReadStream', 'openSync', 'readSync'],
  message: 'Files are opened for reading by src/files/regular-file.ts.',
};

/** Packages that the files of a folder may not import, or the only ones they may. */
function packages(
  folder: string,
  allowed: { readonly except: string } | { readonly only: readonly string[] },
  further: readonly RestrictedImport[] = [],
): OxlintOverride {
  const message = `${folder} may not import this package.`;
  const pattern =
    'except' in allowed
      ? { regex: allowed.except, message }
      : // Patterns as in a .gitignore: regular expressions have no way to say "all but" here.
        { group: ['*', '!./**', '!../**', ...allowed.only.map((name) => `!${name}`)], message };
  return { files: [`${folder}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns: [pattern, ...further] }] } };
}

const VSCODE = '^vscode$';
const VSCODE_OR_NODE = '^(vscode$|node:|(fs|path|os|crypto|child_process|worker_threads|net|url|util|events|stream|buffer)$)';

export default defineConfig({
  plugins: ['typescript', 'import', 'oxc'],
  jsPlugins: ['./scripts/architecture/import-rule.ts'],
  // What is in force is what is named here.
  categories: { correctness: 'off' },
  options: { typeAware: true, denyWarnings: true, respectEslintDisableDirectives: false },
  ignorePatterns: ['node_modules/', 'dist/', 'test-results/', 'coverage/'],
  rules: {
    ...errors(
      'for-direction',
      'no-async-promise-executor',
      'no-case-declarations',
      'no-compare-neg-zero',
      'no-cond-assign',
      'no-constant-binary-expression',
      'no-constant-condition',
      'no-debugger',
      'no-delete-var',
      'no-dupe-else-if',
      'no-duplicate-case',
      'no-empty',
      'no-empty-character-class',
      'no-empty-pattern',
      'no-empty-static-block',
      'no-ex-assign',
      'no-extra-boolean-cast',
      'no-fallthrough',
      'no-global-assign',
      'no-invalid-regexp',
      'no-irregular-whitespace',
      'no-loss-of-precision',
      'no-misleading-character-class',
      'no-nonoctal-decimal-escape',
      'no-prototype-builtins',
      'no-regex-spaces',
      'no-self-assign',
      'no-shadow-restricted-names',
      'no-sparse-arrays',
      'no-unassigned-vars',
      'no-unexpected-multiline',
      'no-unsafe-finally',
      'no-unsafe-optional-chaining',
      'no-unused-labels',
      'no-unused-private-class-members',
      'no-useless-assignment',
      'no-useless-backreference',
      'no-useless-catch',
      'no-useless-escape',
      'preserve-caught-error',
      'require-yield',
      'use-isnan',
      'valid-typeof',
      // Export by name.
      'import/no-default-export',
    ),
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    // Import from the file that defines it: nothing passes on all of another file.
    'oxc/no-barrel-file': ['error', { threshold: 0 }],
  },
  overrides: [
    {
      files: ['**/*.mjs'],
      // In TypeScript the compiler sees these.
      rules: errors(
        'constructor-super',
        'getter-return',
        'no-class-assign',
        'no-const-assign',
        'no-dupe-class-members',
        'no-dupe-keys',
        'no-func-assign',
        'no-import-assign',
        'no-new-native-nonconstructor',
        'no-obj-calls',
        'no-redeclare',
        'no-setter-return',
        'no-this-before-super',
        'no-unreachable',
        'no-unsafe-negation',
        'no-with',
      ),
    },
    {
      files: ['**/*.ts'],
      rules: {
        ...errors(
          'no-array-constructor',
          'no-unused-expressions',
          'no-useless-constructor',
          'no-var',
          'prefer-const',
          'prefer-rest-params',
          'prefer-spread',
          'typescript/await-thenable',
          'typescript/consistent-type-imports',
          'typescript/no-array-delete',
          'typescript/no-base-to-string',
          'typescript/no-deprecated',
          'typescript/no-duplicate-enum-values',
          'typescript/no-duplicate-type-constituents',
          'typescript/no-dynamic-delete',
          'typescript/no-empty-object-type',
          'typescript/no-explicit-any',
          'typescript/no-extra-non-null-assertion',
          'typescript/no-extraneous-class',
          'typescript/no-floating-promises',
          'typescript/no-for-in-array',
          'typescript/no-generated-empty-object-type',
          'typescript/no-implied-eval',
          'typescript/no-invalid-void-type',
          'typescript/no-meaningless-void-operator',
          'typescript/no-misused-new',
          'typescript/no-misused-spread',
          'typescript/no-mixed-enums',
          'typescript/no-namespace',
          'typescript/no-non-null-asserted-nullish-coalescing',
          'typescript/no-non-null-asserted-optional-chain',
          'typescript/no-non-null-assertion',
          'typescript/no-redundant-type-constituents',
          'typescript/no-require-imports',
          'typescript/no-this-alias',
          'typescript/no-unnecessary-boolean-literal-compare',
          'typescript/no-unnecessary-condition',
          'typescript/no-unnecessary-template-expression',
          'typescript/no-unnecessary-type-arguments',
          'typescript/no-unnecessary-type-assertion',
          'typescript/no-unnecessary-type-constraint',
          'typescript/no-unnecessary-type-conversion',
          'typescript/no-unnecessary-type-parameters',
          'typescript/no-unsafe-argument',
          'typescript/no-unsafe-assignment',
          'typescript/no-unsafe-call',
          'typescript/no-unsafe-declaration-merging',
          'typescript/no-unsafe-enum-comparison',
          'typescript/no-unsafe-function-type',
          'typescript/no-unsafe-member-access',
          'typescript/no-unsafe-return',
          'typescript/no-unsafe-unary-minus',
          'typescript/no-useless-default-assignment',
          'typescript/no-wrapper-object-types',
          'typescript/only-throw-error',
          'typescript/prefer-as-const',
          'typescript/prefer-literal-enum-member',
          'typescript/prefer-namespace-keyword',
          'typescript/prefer-promise-reject-errors',
          'typescript/prefer-reduce-type-parameter',
          'typescript/prefer-return-this-type',
          'typescript/related-getter-setter-pairs',
          'typescript/require-await',
          'typescript/triple-slash-reference',
          'typescript/unbound-method',
          'typescript/use-unknown-in-catch-callback-variable',
        ),
        'typescript/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
        'typescript/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
        'typescript/no-misused-promises': ['error', { checksVoidReturn: { inheritedMethods: false } }],
        'typescript/restrict-plus-operands': [
          'error',
          { allowAny: false, allowBoolean: false, allowNullish: false, allowNumberAndString: false, allowRegExp: false },
        ],
        'typescript/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
        'typescript/return-await': ['error', 'error-handling-correctness-only'],
        'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      },
    },
    {
      // Indices into typed arrays, checked by the loop around them, at a hundred thousand rows.
      files: ['src/core/**/*.ts'],
      rules: { 'typescript/no-non-null-assertion': 'off' },
    },
    {
      // A test knows what it has put into a list, and names methods to say what is called.
      files: ['test/**/*.ts'],
      rules: {
        'typescript/no-non-null-assertion': 'off',
        'typescript/unbound-method': 'off',
        'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      },
    },
    { files: ['src/core/**/*.ts', 'src/extension/**/*.ts', 'src/store/**/*.ts'], rules: { 'no-console': 'error' } },
    { files: ['webview/**/*.ts'], rules: { 'no-console': ['error', { allow: ['error'] }] } },
    { files: ['*.config.ts', '**/*.d.ts', 'scripts/architecture/import-rule.ts'], rules: { 'import/no-default-export': 'off' } },

    packages('src/core', { only: ['json-canonicalize', 'valibot', 'uuid'] }),
    packages('src/protocol', { only: ['valibot'] }),
    packages('webview', { except: VSCODE_OR_NODE }),
    packages('src/operations', { only: ['valibot'] }),
    ...['src/files', 'src/store', 'src/service'].map((folder) => packages(folder, { except: VSCODE }, [UNCHECKED_READS])),
    packages('src/cli', { except: VSCODE }, [...LOG_WRITERS, UNCHECKED_READS]),
    // No door imports the other one.
    packages('src/extension', { except: '^commander$' }, [...LOG_WRITERS, UNCHECKED_READS]),

    {
      // Rooms import each other in one direction only, and no files import each other in a circle; see ARCHITECTURE.md.
      files: ['src/**/*.ts', 'webview/**/*.ts'],
      rules: { 'riff/rooms': 'error', 'import/no-cycle': ['error', { ignoreTypes: false }], 'max-lines': ['error', 400] },
    },
    {
      files: ['src/core/transcript/record-reader.ts'],
      rules: { 'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }] },
    },
    { files: KNOWN_EXCEPTIONS.circles.map((folder) => `${folder}/**`), rules: { 'import/no-cycle': 'off' } },
  ],
});
