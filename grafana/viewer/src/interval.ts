// How far the points of a graph are apart, and the window that a rate needs.

const UNITS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 604800, y: 31536000 };
const DEFAULT_SCRAPE_INTERVAL = 15;
/** Prometheus refuses to return more points of a series. */
const MOST_POINTS = 11_000;
/** The distances that graphs have, in seconds: those that people can name. */
const ROUND = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 604800,
];

/** Seconds of a duration such as `1m30s`; undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(ms|[smhdwy]))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+)(ms|[smhdwy])/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0);
}

/** Seconds as Prometheus writes them in a query. */
export function formatDuration(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1000)}ms`;
}

/**
 * The longest scrape interval of the chosen jobs, in seconds. Without jobs, or where none of them has an interval of its own
 * name, it is the interval that holds for all.
 */
export function longestScrapeInterval(configuration: string | undefined, jobs: string[]): number {
  const intervals = new Map<string, number>();
  let place = 'global';
  for (const line of configuration?.split('\n') ?? []) {
    const job = /^- job_name: ["']?(.*?)["']?$/.exec(line);
    if (job) place = `job ${job[1]}`;
    const interval = parseDuration(/^ {2}scrape_interval: (\S+)$/.exec(line)?.[1] ?? '');
    if (interval !== undefined) intervals.set(place, interval);
  }
  const ofJobs = jobs.map((job) => intervals.get(`job ${job}`)).filter((interval) => interval !== undefined);
  return ofJobs.length ? Math.max(...ofJobs) : (intervals.get('global') ?? DEFAULT_SCRAPE_INTERVAL);
}

/** Seconds between the points of a graph: about one for each pixel, but never less than `least`. */
export function stepOf(length: number, points: number, least: number): number {
  const wanted = Math.max(length / Math.max(points, 1), length / MOST_POINTS, least);
  if (wanted === least) return least;
  return ROUND.find((candidate) => candidate >= wanted) ?? Math.ceil(wanted / 86400) * 86400;
}

/** The window in which a rate has at least two samples, even if one scrape is missed; as in Grafana. */
export function rateInterval(step: number, scrapeInterval: number): number {
  return Math.max(step + scrapeInterval, 4 * scrapeInterval);
}
