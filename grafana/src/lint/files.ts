// Lints the dashboards named on the command line.
import { readFileSync } from 'node:fs';
import { lint } from './lint.ts';
import type { DashboardJson } from './json.ts';

function parsed(file: string): DashboardJson {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${error}`);
  }
}

const files = process.argv.slice(2);
if (!files.length) throw new Error('no dashboards named');
const faults = lint(new Map(files.map((file) => [file, parsed(file)])));
faults.forEach((fault) => console.error(fault));
process.exitCode = faults.length ? 1 : 0;
