// The panels that all dashboards are made of.
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { linkTo } from './links.ts';
import type { Destination } from './links.ts';
import { paint } from './palette.ts';
import { quantile, queryName } from './promql.ts';

export const datasource = { type: 'prometheus', uid: '${datasource}' };

/** Digits with separators, where Grafana's `short` would turn 225,357 into 225 K. */
export const wholeNumber = 'locale';

/** The legend of a query that is the limit of an alert. */
export const limit = 'Threshold';

/** Instead of a figure that only requests make. */
export const noTraffic = 'No traffic';

export interface Query {
  expression: string;
  legend: string;
  /** Whether single requests that the metric names as examples are shown among the lines. */
  hasExemplars?: boolean;
}

interface Words {
  title: string;
  /** Names what is counted, and what is not. */
  description: string;
  unit: string;
}

/** A query with $__range covers the whole period at its end: as a range query it would do so at every step. */
function atEnd({ expression, legend }: Query): DataqueryBuilder {
  return new DataqueryBuilder().expr(expression).legendFormat(legend).datasource(datasource).instant();
}

function overTime({ expression, legend, hasExemplars }: Query): DataqueryBuilder {
  const query = new DataqueryBuilder().expr(expression).legendFormat(legend).datasource(datasource).range();
  return hasExemplars ? query.exemplar(true) : query;
}

/** Without thresholds of its own Grafana paints everything from 80 up red. */
export function thresholds(first: string, ...steps: Array<[number, string]>): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: first }, ...steps.map(([value, color]) => ({ value, color }))]);
}

export const failureAbove0 = thresholds('green', [1, 'red']);
export const failureBelow1 = thresholds('red', [1, 'green']);

/** Large figures, one for each series of each query. */
export function figures({ title, description, unit }: Words, ...queries: Query[]): StatPanel {
  const panel = new StatPanel()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .noValue('No data')
    .thresholds(thresholds('text'))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.Auto)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .height(4);
  queries.forEach((query) => panel.withTarget(atEnd(query)));
  return panel;
}

/** A figure of the chosen period that exists only when there were requests. */
export function trafficFigure(words: Words, expression: string): StatPanel {
  return figures(words, { expression, legend: words.title }).noValue(noTraffic).height(8);
}

/**
 * Makes $__interval as short as a sum over the period may have it: a month has a value every 5 minutes then, a day one for
 * every scrape. A server may refuse a series of more values.
 */
export function fineInterval(panel: StatPanel): StatPanel {
  return panel.maxDataPoints(11_000);
}

/** The present value beside the average of the chosen period. */
export function nowAndAverage(words: Words, now: string, average: string): StatPanel {
  return figures(words, { expression: now, legend: 'Now' }, { expression: average, legend: 'Avg' })
    .textMode(BigValueTextMode.ValueAndName)
    .decimals(1);
}

/** Lines over time. */
export function graph({ title, description, unit }: Words, ...queries: Query[]): TimeSeriesPanel {
  const panel = new TimeSeriesPanel()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .min(0)
    .noValue('No data')
    .thresholds(thresholds('text'))
    .lineWidth(1)
    .fillOpacity(10)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .height(8);
  queries.forEach((query) => panel.withTarget(overTime(query)));
  for (const { pattern, properties } of paint(queries.map(({ legend }) => legend))) {
    // Without the slashes Grafana takes it for the whole of a name.
    panel.overrideByRegexp(`/${pattern}/`, properties);
  }
  return panel;
}

/** Lines over time that only requests make. */
export function trafficGraph(words: Words, ...queries: Query[]): TimeSeriesPanel {
  return graph(words, ...queries).noValue(noTraffic);
}

/** The median and the slow end of what a histogram observed. */
export function quantiles({ title, description }: Omit<Words, 'unit'>, histogram: string): TimeSeriesPanel {
  const queries = [0.5, 0.95, 0.99].map((q, i) => ({
    expression: quantile(q, histogram),
    legend: `p${q * 100}`,
    hasExemplars: i === 0, // They are the same for all.
  }));
  const reading = 'Half of the values were at most p50, 95 of 100 at most p95, 99 of 100 at most p99.';
  return trafficGraph({ title, description: `${description} ${reading}`, unit: units.Seconds }, ...queries);
}

/** Figures that lead to the dashboard which explains them. */
export function leadingTo(destination: Destination, panel: StatPanel): StatPanel {
  return panel.dataLinks([linkTo(destination)]);
}

/** A table in which the values of a column lead to the dashboard which explains them. */
export function columnLeadingTo(destination: Destination, column: string, panel: TablePanel): TablePanel {
  return panel.overrideByName(column, [{ id: 'links', value: [linkTo(destination).build()] }]);
}

/** What the columns of a table are called, from left to right, by the name of label or value. */
export type Columns = Record<string, string>;

/** What the values of several queries are called, in the order of the queries. */
export function valueColumns(...names: string[]): Columns {
  return Object.fromEntries(names.map((name, i) => [`Value #${queryName(i)}`, name]));
}

/** Rows in the order of a column. */
export function sortedBy(column: string, order = 'ascending'): DataTransformerConfig {
  return { id: 'sortBy', options: { fields: {}, sort: [{ field: column, desc: order === 'descending' }] } };
}

/** One row for each set of labels, as it is at the end of the period; columns not named are hidden. */
export function table(words: Words, columns: Columns, ...expressions: string[]): TablePanel {
  const panel = new TablePanel()
    .title(words.title)
    .description(words.description)
    .datasource(datasource)
    .unit(words.unit)
    .noValue('No data')
    .thresholds(thresholds('text'))
    .height(8);
  for (const expression of expressions) {
    panel.withTarget(atEnd({ expression, legend: '' }).format(PromQueryFormat.Table));
  }
  // Columns that no two queries share, such as __name__, would keep their rows from being merged.
  panel.withTransformation({ id: 'filterFieldsByName', options: { include: { names: Object.keys(columns) } } });
  if (expressions.length > 1) panel.withTransformation({ id: 'merge', options: {} });
  panel.withTransformation({
    id: 'organize',
    options: {
      excludeByName: {},
      indexByName: Object.fromEntries(Object.keys(columns).map((name, i) => [name, i])),
      renameByName: columns,
    },
  });
  return panel;
}
