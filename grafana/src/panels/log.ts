// Panels of the access log.
import { failureAbove0, figures, graph, wholeNumber } from '../parts.ts';
import { count, rate } from '../promql.ts';

export const logLines = () => graph(
  {
    title: 'Log lines',
    description: `Lines per second given to the log, by level (seadragon_log_messages_total); the dropped ones are \
included.`,
    unit: 'suffix:lines/s',
  },
  { expression: rate('seadragon_log_messages_total', 'level'), legend: '{{level}}' },
);

export const logLinesDropped = () => figures(
  {
    title: 'Log lines dropped',
    description: `Lines lost in the chosen period because the log could not be written as fast as it grew \
(seadragon_log_dropped_total).`,
    unit: wholeNumber,
  },
  { expression: count('seadragon_log_dropped_total'), legend: 'Dropped' },
).thresholds(failureAbove0);
