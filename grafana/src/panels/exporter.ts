// Panels of the exporter, about itself.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { failureAbove0, figures, graph, table, wholeNumber } from '../parts.ts';
import { chosen, rate, sum } from '../promql.ts';

export const collectorsFailing = () => figures(
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

export const collectorDuration = () => graph(
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

export const versions = () => table(
  {
    title: 'Versions',
    description: 'Which version of the library or the exporter each target runs (seadragon_build_info).',
    unit: wholeNumber,
  },
  { job: 'Job', instance: 'Instance', version: 'Version' },
  sum(chosen('seadragon_build_info'), 'job, instance, version'),
);

/** What only the exporter has: every program may expose `process_*`. */
const isExporter = `and on (job, instance) ${chosen('seadragon_exporter_collector_success')}`;

export const answers = () => graph(
  {
    title: 'Answers of the exporter',
    description: `Answers per second to whoever scrapes the exporter, by status (seadragon_exporter_requests_total).`,
    unit: units.RequestsPerSecond,
  },
  { expression: rate('seadragon_exporter_requests_total', 'code'), legend: '{{code}}' },
);

export const answerBytes = () => graph(
  {
    title: 'Bytes of the exporter',
    description: `Bytes per second that the exporter sent, as it compressed them \
(seadragon_exporter_response_bytes_total).`,
    unit: units.BytesPerSecondIEC,
  },
  { expression: rate('seadragon_exporter_response_bytes_total', 'instance'), legend: '{{instance}}' },
);

export const exporterCpu = () => graph(
  {
    title: 'CPUs of the exporter',
    description: `CPUs that the exporter uses (process_cpu_seconds_total of the targets that have \
seadragon_exporter_collector_success).`,
    unit: 'none',
  },
  { expression: `${rate('process_cpu_seconds_total', 'job, instance')} ${isExporter}`, legend: '{{instance}}' },
);

export const exporterMemory = () => graph(
  {
    title: 'Memory of the exporter',
    description: `Memory of the exporter that is in RAM (process_resident_memory_bytes of the targets that have \
seadragon_exporter_collector_success).`,
    unit: units.BytesIEC,
  },
  { expression: `${chosen('process_resident_memory_bytes')} ${isExporter}`, legend: '{{instance}}' },
);

export const sources = () => table(
  {
    title: 'Where the numbers of a server come from',
    description: `From which metric of the LLM server's page each quantity was read (seadragon_server_metric_info).`,
    unit: wholeNumber,
  },
  { server: 'Server', quantity: 'Quantity', metric: 'Metric' },
  sum(chosen('seadragon_server_metric_info'), 'server, quantity, metric'),
);
