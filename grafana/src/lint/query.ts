// What a query of a dashboard must be like. PromQL is taken apart only as far as these rules need; whether it
// parses is for promtool to say.
import { datasource } from '../parts.ts';
import type { QueryJson, Say } from './json.ts';

const macros = new Set(['__range', '__rate_interval', '__interval']);
const keywords = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan']);

/** Series that belong to no job: alerts can be about their absence, thresholds hold for all. */
const global = /^(ALERTS|seadragon:threshold:\w+)$/;

interface Selector {
  metric: string;
  matchers: string;
  /** What stands in the brackets behind it. */
  range: string | undefined;
  /** Whether it is the argument of rate or increase. */
  grows: boolean;
}

/** The selectors of a query, found by leaving out everything else a name can be in PromQL. */
function selectorsOf(expr: string): Selector[] {
  const bare = expr.replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, (label) =>
    ' '.repeat(label.length),
  );
  const selector = /(?<![\w:.$])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])(?:\{((?:[^}"]|"[^"]*")*)\})?(?:\[([^\]]*)\])?/g;
  return [...bare.matchAll(selector)]
    .filter(([, name]) => !keywords.has(name.toLowerCase()))
    .map(({ 1: metric, 2: matchers = '', 3: range, index }) => ({
      metric,
      matchers,
      range,
      grows: /\b(rate|increase)\($/.test(bare.slice(0, index)),
    }));
}

/** The metrics and views that a query reads, histograms by their own name. */
export function metricsOf(expr: string): string[] {
  return selectorsOf(expr).map(({ metric }) => metric.replace(/_(bucket|sum|count)$/, ''));
}

function lintSelector({ metric, matchers, range, grows }: Selector, say: Say): void {
  const chosen = matchers.includes('job=~"$job"') && matchers.includes('instance=~"$instance"');
  if (!chosen && !global.test(metric)) say(`selector without $job and $instance: ${metric}{${matchers}}`);
  if (range !== undefined && range !== '$__range' && range !== '$__rate_interval') {
    say(`range [${range}] is neither $__range nor $__rate_interval`);
  }
  const isCounter = /_(total|bucket|sum|count)$/.test(metric);
  if (isCounter && !grows) say(`counter without rate or increase: ${metric}`);
  if (!isCounter && grows) say(`rate or increase of what is no counter: ${metric}`);
}

export function lintQuery(query: QueryJson, variables: string[], say: Say): void {
  const { expr, instant, range } = query;
  if (query.datasource?.uid !== datasource.uid) say(`data source of a query is not ${datasource.uid}`);
  if (Boolean(instant) === Boolean(range)) say(`query is not either instant or range: ${expr}`);
  for (const [, name] of expr.matchAll(/\$\{?(\w+)/g)) {
    if (!variables.includes(name) && !macros.has(name)) say(`unknown variable $${name}`);
  }
  selectorsOf(expr).forEach((selector) => lintSelector(selector, say));
  const isMeanOfSum = /^avg_over_time\(sum\((?!.*\b(rate|increase)\()/.test(expr);
  if (/\)\s*\[/.test(expr) && !isMeanOfSum) say(`subquery: it takes every restart for growth: ${expr}`);
  if (/\[\$__range\]/.test(expr) && !instant) say(`$__range in a range query covers it again at every step: ${expr}`);
  if (/\b(topk|bottomk)\(/.test(expr) && !instant) say(`topk in a range query gives the top of every step: ${expr}`);
  if (query.exemplar && !/\bhistogram_quantile\(/.test(expr)) say(`exemplars of what is no histogram: ${expr}`);
  if (/\bincrease\(/.test(expr) && !expr.includes('/') && !/\bround\(sum\b/.test(expr)) {
    say(`a count that is not rounded: ${expr}`);
  }
}
