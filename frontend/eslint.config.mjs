import next from '@next/eslint-plugin-next';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Colours live in src/app/tokens.css alone; sizes and durations come from the theme or a token. */
const rawColour = '(#[0-9a-fA-F]{3,8}\\b|\\b(rgb|hsl|oklch)a?\\()';
const noRaw = ['Literal[value=/%/]', 'TemplateElement[value.raw=/%/]'].map((selector) => ({
  selector: selector.replace('%', rawColour.replaceAll('/', '\\/')),
  message: 'No raw colours: use a token from src/app/tokens.css.',
}));
const noStyleAttribute = {
  selector: 'JSXAttribute[name.name="style"]',
  message: 'The content security policy blocks style attributes in served HTML: use a class.',
};

export default tseslint.config(
  { ignores: ['.next/', 'build/', 'next-env.d.ts', 'src/api-client/schema.d.ts', 'test-results/'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    files: ['**/*.{ts,tsx,mjs}'],
    plugins: { '@next/next': next, 'react-hooks': hooks },
    rules: {
      ...next.configs['core-web-vitals'].rules,
      ...hooks.configs.recommended.rules,
      '@next/next/no-html-link-for-pages': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...noRaw, noStyleAttribute],
    },
  },
  // Playwright's fixtures are handed a function called `use`, which is no hook.
  { files: ['e2e/**'], rules: { 'react-hooks/rules-of-hooks': 'off' } },
);
