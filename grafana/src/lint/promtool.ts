// Whether PromQL parses, said by promtool, the tool that comes with Prometheus.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PromQL as Prometheus gets it, once Grafana has put in its values. */
function expanded(expression: string): string {
  return expression.replace(/\$__(rate_interval|range|interval)\b/g, '5m').replace(/\$\{?\w+\}?/g, 'value');
}

/** The expressions that do not parse, each with what promtool says about it. */
export function syntaxFaults(expressions: string[]): Map<string, string> {
  const rules = expressions.map((expression, i) => ({ record: `query:${i}`, expr: expanded(expression) }));
  const folder = mkdtempSync(join(tmpdir(), 'promql-'));
  try {
    const file = join(folder, 'queries.json');
    // YAML, which promtool reads, includes JSON.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
    const { error, status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    if (error) throw new Error(`promtool, of the Debian package prometheus, cannot be run: ${error.message}`);
    const said = [...`${stdout}${stderr}`.matchAll(/"query:(\d+)"[^:]*: (.*)/g)];
    if (status !== 0 && !said.length) throw new Error(`promtool fails without naming a query: ${stdout}${stderr}`);
    return new Map(said.map(([, i, fault]) => [expressions[Number(i)], fault]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
