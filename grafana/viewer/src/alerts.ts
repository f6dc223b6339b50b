// The times at which alerts were firing, drawn into every graph.
import { dateTimeFormat } from '@grafana/data';
import type { Annotation } from './dashboard.ts';
import { legend } from './legend.ts';
import type { Labels, Prometheus, Series, Span } from './prometheus.ts';

/** One time of firing. Unix seconds. */
export interface Firing {
  name: string;
  /** Which of the series with that name: all labels but the common ones. */
  labels: Labels;
  start: number;
  end: number;
  color: string;
}

const time = (seconds: number) => dateTimeFormat(seconds * 1000, { format: 'MMM D HH:mm:ss' });

/** Name, which one, and when. */
export function describe({ name, labels, start, end }: Firing): string {
  const which = Object.entries(labels).map(([label, value]) => `${label}=${value}`).join(', ');
  return `${name}${which && ` (${which})`}, firing ${time(start)} to ${time(end)}`;
}

const POINTS = 600;
const SELECTOR = /^\s*[\w:]*\{[^{}]*\}\s*$/;

/**
 * Between two points an alert can fire and end, so each point looks back to the one before. Only a selector can be
 * asked so; another expression is taken as it is.
 */
export function lookingBack(expression: string, step: number): string {
  return SELECTOR.test(expression) ? `max_over_time(${expression.trim()}[${step}s])` : expression;
}

/** Points that follow each other without a gap are one time of firing, which began at most a step before the first. */
export function firings({ color, step }: { color: string; step: number }, series: Series[]): Firing[] {
  return series.flatMap(({ metric, samples }) => {
    const { __name__: _name, alertstate: _state, alertname, ...labels } = metric;
    const found: Firing[] = [];
    for (const [time] of samples) {
      const last = found.at(-1);
      if (last && time - last.end <= step * 1.5) last.end = time;
      else found.push({ name: alertname ?? legend(undefined, metric), labels, start: time - step, end: time, color });
    }
    return found;
  });
}

export async function loadFirings(
  { expr = '', iconColor = 'red' }: Annotation,
  fill: (expression: string) => string,
  { prometheus, span, scrapeInterval }: { prometheus: Prometheus; span: Span; scrapeInterval: number },
): Promise<Firing[]> {
  const step = Math.max(Math.ceil((span.end - span.start) / POINTS), scrapeInterval);
  const series = await prometheus.queryRange(lookingBack(fill(expr), step), span, step);
  return firings({ color: iconColor, step }, series);
}
