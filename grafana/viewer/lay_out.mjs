// Puts the dashboards, their index and the page into the folder that has the program; needs no npm package.
//
//   node lay_out.mjs FOLDER DASHBOARD.json...
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { indexOf } from './dashboard_index.mjs';

const [folder, ...files] = process.argv.slice(2);
if (!folder || !files.length) {
  console.error('usage: node lay_out.mjs FOLDER DASHBOARD.json...');
  process.exit(2);
}

mkdirSync(join(folder, 'dashboards'), { recursive: true });
const dashboards = files.map((file) => ({ file: basename(file), json: readFileSync(file, 'utf8') }));
for (const file of files) copyFileSync(file, join(folder, 'dashboards', basename(file)));
// Prometheus lists no folder, so the page has to be told what there is.
writeFileSync(join(folder, 'dashboards/index.json'), `${JSON.stringify(indexOf(dashboards), null, 2)}\n`);

/**
 * Prometheus sends no Cache-Control, and browsers guess how long a file is good for. With the hash in its address, no
 * old program meets a new page.
 * @param {string} name
 */
function address(name) {
  const hash = createHash('sha256').update(readFileSync(join(folder, name))).digest('hex');
  return `${name}?${hash.slice(0, 12)}`;
}

writeFileSync(
  join(folder, 'index.html'),
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Seadragon</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${address('viewer.css')}">
</head>
<body>
<div id="root"></div>
<noscript>This page draws its graphs with JavaScript, which is switched off.</noscript>
<script src="${address('viewer.js')}"></script>
</body>
</html>
`,
);
