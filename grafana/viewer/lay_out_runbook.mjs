// Puts the runbook into the folder that has the dashboards already.
//
//   node lay_out_runbook.mjs FOLDER RUNBOOK.md
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runbookPage } from './runbook_page.mjs';

const [folder, runbook] = process.argv.slice(2);
if (!folder || !runbook) {
  console.error('usage: node lay_out_runbook.mjs FOLDER RUNBOOK.md');
  process.exit(2);
}

const dashboards = JSON.parse(readFileSync(join(folder, 'dashboards/index.json'), 'utf8'));
let page;
try {
  page = runbookPage(readFileSync(runbook, 'utf8'), dashboards);
} catch (error) {
  console.error(`${runbook}: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
writeFileSync(join(folder, 'runbook.html'), page);
