// Panels of the exporter, about itself.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { failureAbove0, figures, graph, table, wholeNumber } from './parts.ts';
import { chosen, sum } from './promql.ts';

export const collectorsFailing = figures(
  {
    title: 'Collectors failing',
    description: 'Collectors of the exporters that delivered nothing now (seadragon_exporter_collector_success is 0).',
    unit: wholeNumber,
  },
  {
    expression: `count(${chosen('seadragon_exporter_collector_success')} == 0) or vector(0)`,
    legend: 'Failing',
  },
).thresholds(failureAbove0);

export const collectorDuration = graph(
  {
    title: 'Collector duration',
    description: `Time that each collector of the exporter took at a scrape, the slowest instance \
(seadragon_exporter_collector_duration_seconds).`,
    unit: units.Seconds,
  },
  {
    expression: `max by (collector) (${chosen('seadragon_exporter_collector_duration_seconds')})`,
    legend: '{{collector}}',
  },
);

export const versions = table(
  {
    title: 'Versions',
    description: 'Which version of the library or the exporter each target runs (seadragon_build_info).',
    unit: wholeNumber,
  },
  { job: 'Job', instance: 'Instance', version: 'Version' },
  sum(chosen('seadragon_build_info'), 'job, instance, version'),
).span(8);
