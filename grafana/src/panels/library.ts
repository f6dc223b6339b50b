// Panels of the library, about itself.
import { failureAbove0, figures, graph, wholeNumber } from '../parts.ts';
import { chosen, count, sum } from '../promql.ts';

export const seriesOnPage = () => graph(
  {
    title: 'Series of the server',
    description: `Series on the page of each instance, as Prometheus counts them (seadragon_monitoring_series).`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_monitoring_series'), 'instance'), legend: '{{instance}}' },
);

export const labelsDropped = () => figures(
  {
    title: 'Label values dropped',
    description: `Times in the chosen period that new label values counted as "other", because their family was full \
(seadragon_monitoring_series_dropped_total).`,
    unit: wholeNumber,
  },
  { expression: count('seadragon_monitoring_series_dropped_total'), legend: 'Dropped' },
).thresholds(failureAbove0);

export const observationsDropped = () => figures(
  {
    title: 'Values dropped',
    description: `Values in the chosen period that no histogram takes, NaN or infinite ones \
(seadragon_monitoring_dropped_observations_total).`,
    unit: wholeNumber,
  },
  { expression: count('seadragon_monitoring_dropped_observations_total'), legend: 'Dropped' },
).thresholds(failureAbove0);
