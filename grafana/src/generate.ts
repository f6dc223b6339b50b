// Writes every dashboard to dashboards/UID.json; with --check it writes nothing and fails on a difference.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dashboards } from './dashboards.ts';

const folder = new URL('../dashboards/', import.meta.url);
const check = process.argv.includes('--check');

function contentOf(file: string): string | undefined {
  return readdirSync(folder).includes(file) ? readFileSync(new URL(file, folder), 'utf8') : undefined;
}

const wanted = new Map(
  dashboards().map((dashboard) => [`${dashboard.uid}.json`, `${JSON.stringify(dashboard, null, 2)}\n`]),
);
if (check) {
  const files = new Set([...wanted.keys(), ...readdirSync(folder)]);
  const stale = [...files].filter((file) => contentOf(file) !== wanted.get(file));
  for (const file of stale) {
    const fault = wanted.has(file)
      ? 'is not what grafana/src says; run: npm run generate'
      : 'is not made by grafana/src; delete it';
    console.error(`dashboards/${file} ${fault}`);
  }
  process.exitCode = stale.length ? 1 : 0;
} else {
  wanted.forEach((content, file) => writeFileSync(new URL(file, folder), content));
}
