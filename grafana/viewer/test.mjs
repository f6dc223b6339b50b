// Runs the tests of the parts that need no browser: *.test.ts, bundled like the page itself.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { browser } from './esbuild_options.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, 'node_modules/.cache/tests');
const tests = readdirSync(join(here, 'src')).filter((name) => name.endsWith('.test.ts'));

await build({
  ...browser,
  absWorkingDir: here,
  entryPoints: tests.map((name) => join('src', name)),
  outdir: folder,
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  format: 'cjs',
  minify: false,
  sourcemap: 'inline',
  banner: { js: 'globalThis.window = globalThis;' },
});

const files = tests.map((name) => join(folder, name.replace(/ts$/, 'cjs')));
const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], { stdio: 'inherit' });
process.exit(status ?? 1);
