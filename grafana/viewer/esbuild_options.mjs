// How the program is bundled, for the browser and for its tests.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * Grafana's components import this CommonJS package by `import Scrollbars from`. Without the flag that marks it as a
 * converted module, a bundler hands them the whole package in place of its default export.
 * @type {import('esbuild').Plugin}
 */
const scrollbars = {
  name: 'scrollbars',
  setup(build) {
    const file = require.resolve('react-custom-scrollbars-2');
    build.onResolve({ filter: /^react-custom-scrollbars-2$/ }, () => ({ path: 'scrollbars', namespace: 'shim' }));
    build.onLoad({ filter: /^scrollbars$/, namespace: 'shim' }, () => ({
      contents: `export { default, Scrollbars } from ${JSON.stringify(file)};`,
      resolveDir: join(file, '..'),
    }));
  },
};

/**
 * The style sheet of a code editor, ten times as large as all others: the page shows no code.
 * @type {import('esbuild').Plugin}
 */
const noCodeEditor = {
  name: 'no-code-editor',
  setup(build) {
    build.onLoad({ filter: /monaco-editor.*\.css$/ }, () => ({ contents: '', loader: 'css' }));
  },
};

/** @type {import('esbuild').BuildOptions} */
export const browser = {
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  jsx: 'automatic',
  legalComments: 'none',
  logLevel: 'warning',
  loader: { '.svg': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl' },
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.STORYBOOK_THEME': '""', global: 'window' },
  conditions: ['import', 'browser'],
  mainFields: ['module', 'browser', 'main'],
  plugins: [scrollbars, noCodeEditor],
  // The clock changes of ten years; those of two centuries would be a third of the page.
  alias: { 'moment-timezone': 'moment-timezone/builds/moment-timezone-with-data-10-year-range.js' },
};
