// What a series is called.
import type { Labels } from './prometheus.ts';

function asSelector({ __name__: metric = '', ...labels }: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length ? `${metric}{${pairs.join(', ')}}` : metric || 'Value';
}

/** A format such as `{{route}} {{status}}`; without one, or with Grafana's automatic one, the labels tell. */
export function legend(format: string | undefined, labels: Labels): string {
  if (!format || format === '__auto') return asSelector(labels);
  return format.replace(/\{\{\s*(.+?)\s*\}\}/g, (_whole, name) => labels[name] ?? '');
}
