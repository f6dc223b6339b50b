// Everything that a dashboard shows, asked from Prometheus at one moment.
import type { TimeRange } from '@grafana/data';
import type { DataFrame } from '@grafana/data';
import type { Address } from './address.ts';
import { loadFirings } from './alerts.ts';
import type { Firing } from './alerts.ts';
import type { Dashboard, Panel, Target } from './dashboard.ts';
import { seriesFrame, tableFrame } from './frames.ts';
import { interpolate, unknownPlaceholder } from './interpolate.ts';
import { formatDuration, longestScrapeInterval, parseDuration, rateInterval, stepOf } from './interval.ts';
import { spanOf } from './period.ts';
import { Unreachable } from './prometheus.ts';
import type { Exemplar, Prometheus, Span } from './prometheus.ts';
import { transform } from './transformations.ts';
import { loadVariables, valuesInQuery } from './variables.ts';
import type { Variable } from './variables.ts';

export interface PanelData {
  frames: DataFrame[];
  exemplars: Exemplar[];
  /** Why this panel has nothing to show, though the others may. */
  error?: string;
}

export interface Picture {
  range: TimeRange;
  variables: Variable[];
  panels: Map<number, PanelData>;
  firings: Firing[];
  /** What the reader should know before trusting an empty panel. */
  notices: string[];
}

export interface Question {
  dashboard: Dashboard;
  chosen: Address['variables'];
  range: TimeRange;
  /** Those in sight; what is in a closed row is not asked for. */
  panels: Panel[];
  /** Pixels; a graph needs no more points than it has of them. */
  widthOf: (panel: Panel) => number;
}

interface Source {
  prometheus: Prometheus;
  variables: Variable[];
  span: Span;
  scrapeInterval: number;
}

const NOTHING_SCRAPED = 'Prometheus has no metrics of Seadragon: is anything scraped?';

/** Where nothing can be chosen, all of it is missing, which is told otherwise. */
function missing({ label, options, chosen }: Variable): string[] {
  const gone = options.length ? [...new Set(chosen)].filter((value) => !options.includes(value)) : [];
  return gone.map((value) => `${label} "${value}" is not among what Prometheus has in this period`);
}

function fill(expression: string, step: number, { variables, span, scrapeInterval }: Source): string {
  const length = Math.round(span.end - span.start);
  const valueOf = valuesInQuery(variables, {
    __range: `${length}s`,
    __range_s: `${length}`,
    __range_ms: `${length * 1000}`,
    __interval: formatDuration(step),
    __interval_ms: `${step * 1000}`,
    __rate_interval: formatDuration(rateInterval(step, scrapeInterval)),
  });
  const unknown = unknownPlaceholder(expression, valueOf);
  if (unknown) throw new Error(`The dashboard has no variable $${unknown}, which a query uses: ${expression}`);
  return interpolate(expression, valueOf);
}

/** Both ends on whole steps, so that a refresh moves no point. */
function aligned({ start, end }: Span, step: number): Span {
  return { start: Math.floor(start / step) * step, end: Math.floor(end / step) * step };
}

async function loadTarget(target: Target, panel: Panel, width: number, source: Source): Promise<PanelData> {
  const { prometheus, span, scrapeInterval } = source;
  const least = Math.max(parseDuration(target.interval || panel.interval || '') ?? 0, scrapeInterval);
  const step = stepOf(span.end - span.start, panel.maxDataPoints ?? width, least);
  const query = fill(target.expr, step, source);
  const series = target.instant
    ? await prometheus.query(query, span.end)
    : await prometheus.queryRange(query, aligned(span, step), step);
  const exemplars = target.exemplar && !target.instant ? await prometheus.exemplars(query, span) : [];
  if (target.format !== 'table') return { frames: series.map((each) => seriesFrame(target, step, each)), exemplars };
  const several = panel.targets!.filter(({ format, hide }) => format === 'table' && !hide).length > 1;
  return { frames: [tableFrame(target, series, several)], exemplars };
}

async function loadPanel(panel: Panel, width: number, source: Source): Promise<PanelData> {
  try {
    const targets = (panel.targets ?? []).filter(({ expr, hide }) => expr && !hide);
    const found = await Promise.all(targets.map((target) => loadTarget(target, panel, width, source)));
    const frames = await transform(found.flatMap((each) => each.frames), panel.transformations ?? []);
    return { frames, exemplars: found.flatMap((each) => each.exemplars) };
  } catch (error) {
    if (error instanceof Unreachable || isAbort(error)) throw error;
    return { frames: [], exemplars: [], error: (error as Error).message };
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

async function loadAlerts(dashboard: Dashboard, source: Source): Promise<{ firings: Firing[]; notices: string[] }> {
  const annotations = (dashboard.annotations?.list ?? []).filter(({ enable, expr }) => enable && expr);
  const notices: string[] = [];
  const found = annotations.map(async (annotation) => {
    try {
      return await loadFirings(annotation, (expression) => fill(expression, source.scrapeInterval, source), source);
    } catch (error) {
      if (error instanceof Unreachable || isAbort(error)) throw error;
      notices.push(`${annotation.name} cannot be shown: ${(error as Error).message}`);
      return [];
    }
  });
  return { firings: (await Promise.all(found)).flat(), notices };
}

/** Fails as a whole if Prometheus cannot be asked; a query that it refuses fails in its panel alone. */
export async function load(question: Question, prometheus: Prometheus): Promise<Picture> {
  const { dashboard, chosen, range, panels, widthOf } = question;
  const span = spanOf(range);
  const [configuration, variables] = await Promise.all([
    prometheus.configuration(),
    loadVariables(dashboard, chosen, prometheus, span),
  ]);
  const job = variables.find(({ name }) => name === 'job');
  const jobs = job?.chosen.length ? job.chosen : (job?.options ?? []);
  const source = { prometheus, variables, span, scrapeInterval: longestScrapeInterval(configuration, jobs) };
  const [{ firings, notices }, ...loaded] = await Promise.all([
    loadAlerts(dashboard, source),
    ...panels.map((panel) => loadPanel(panel, widthOf(panel), source)),
  ]);
  notices.unshift(...variables.flatMap(missing));
  if (job && !job.options.length) notices.unshift(NOTHING_SCRAPED);
  return { range, variables, firings, notices, panels: new Map(panels.map(({ id }, i) => [id, loaded[i]])) };
}
