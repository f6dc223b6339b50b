// Bundles the program of the page into a folder: viewer.js, viewer.css and the icons that Grafana's components fetch.
//
//   node bundle.mjs FOLDER
import { cpSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { browser } from './esbuild_options.mjs';

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node bundle.mjs FOLDER');
  process.exit(2);
}

const here = dirname(fileURLToPath(import.meta.url));
await build({ ...browser, absWorkingDir: here, entryPoints: { viewer: 'src/main.tsx' }, outdir: resolve(folder) });

// They ask for them at this address, relative to the page.
cpSync(join(here, 'node_modules/@grafana/ui/dist/public/img/icons'), join(folder, 'public/build/img/icons'), {
  recursive: true,
});
