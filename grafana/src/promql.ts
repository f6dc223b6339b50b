// The PromQL that all dashboards share. `by` lists the labels to keep, matchers narrow a metric down.

/** The metric or view, for the chosen jobs and instances. */
export function chosen(metric: string, ...matchers: string[]): string {
  return `${metric}{${['job=~"$job"', 'instance=~"$instance"', ...matchers].join(',')}}`;
}

/** The sum of all series, or one sum for each value of a label. */
export function sum(expression: string, by = ''): string {
  return by ? `sum by (${by}) (${expression})` : `sum(${expression})`;
}

/** How fast a counter grows, per second. */
export function rate(counter: string, by = ''): string {
  return sum(`rate(${chosen(counter)}[$__rate_interval])`, by);
}

/** By how much a counter grew in the whole period: right with restarts, gaps and rare events. */
export function growth(counter: string, by = '', ...matchers: string[]): string {
  return sum(`increase(${chosen(counter, ...matchers)}[$__range])`, by);
}

/** How many events there were in the whole period: a whole number. */
export function count(counter: string, by = ''): string {
  return `round(${growth(counter, by)})`;
}

/** Which share of the counter's growth in the period matches; nothing when it did not grow at all. */
export function share(counter: string, matcher: string): string {
  return `(${growth(counter, '', matcher)} or vector(0)) / (${growth(counter)} > 0)`;
}

/** The mean of what a histogram observed in the whole period; nothing when it observed nothing. */
export function meanObserved(histogram: string): string {
  return `${growth(`${histogram}_sum`)} / (${growth(`${histogram}_count`)} > 0)`;
}

/** The value that the share `part` of a histogram's observations did not exceed. */
export function quantile(part: number, histogram: string): string {
  return `histogram_quantile(${part}, ${rate(`${histogram}_bucket`, 'le')})`;
}

/** The mean of a gauge or view over the whole period, for each of its series. */
export function meanOverPeriod(gauge: string): string {
  return `avg_over_time(${chosen(gauge)}[$__range])`;
}
