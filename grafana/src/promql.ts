// The PromQL that all dashboards share. `by` lists the labels to keep, matchers narrow a metric down.

/** What the first, second, ... query of a panel is called. */
export function queryName(i: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + i);
}

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
export function count(counter: string, by = '', ...matchers: string[]): string {
  return `round(${growth(counter, by, ...matchers)})`;
}

/** The mean of what a histogram observed in the whole period; nothing when it observed nothing. */
export function meanObserved(histogram: string, by = ''): string {
  return `${growth(`${histogram}_sum`, by)} / (${growth(`${histogram}_count`, by)} > 0)`;
}

/** The value that the share `part` of a histogram's observations did not exceed; nothing when there were none. */
export function quantile(part: number, histogram: string): string {
  return `histogram_quantile(${part}, ${rate(`${histogram}_bucket`, 'le')}) >= 0`;
}

/**
 * The mean of a gauge's sum over the period: over the times at which any of its series was there. Its panel must have
 * `fineInterval`.
 */
export function meanOfSum(gauge: string): string {
  // Means of each series, added up, would count twice what two instances did one after the other.
  return `avg_over_time(${sum(chosen(gauge))}[$__range:$__interval])`;
}

/** What a gauge had in the whole period, added up over its samples: a share of two such sums is a mean. */
export function samplesAdded(gauge: string): string {
  return sum(`sum_over_time(${chosen(gauge)}[$__range])`);
}

/** How fast a counter grows at most among its series, per second. */
export function fastest(counter: string, by: string): string {
  return `max by (${by}) (rate(${chosen(counter)}[$__rate_interval]))`;
}

/** Our alerts in a state (a regular expression), those included that belong to no instance; not the one that always fires. */
export function alertsThat(state: string): string {
  return `ALERTS{alertname=~"Seadragon.+",alertstate=~"${state}",severity!="none"}`;
}
