// Panels of the server's HTTP API.
import * as units from '@grafana/grafana-foundation-sdk/units';
import {
  graph, noTraffic, quantiles, sortedBy, table, trafficFigure, trafficGraph, valueColumns, wholeNumber,
} from '../parts.ts';
import { chosen, count, growth, meanObserved, rate, sum } from '../promql.ts';

const requests = 'seadragon_http_requests_total';
// These two exist for every route before its first request, so that not even that one is missed in a period.
const outcomes = 'seadragon_http_outcomes_total';
const errors = 'seadragon_http_errors_total';
const duration = 'seadragon_http_request_duration_seconds';

export const totalRequests = () => trafficFigure(
  {
    title: 'Total Requests',
    description: `Requests that ended in the chosen period (${outcomes}). Running requests are not counted.`,
    unit: wholeNumber,
  },
  count(outcomes),
);

export const averageResponseTime = () => trafficFigure(
  {
    title: 'Avg Response Time',
    description: `Mean time to the last byte of the requests that ended in the chosen period (${duration}). Running \
requests are not counted.`,
    unit: units.Seconds,
  },
  meanObserved(duration),
).decimals(2);

export const errorRate = () => trafficFigure(
  {
    title: 'Error Rate',
    description: `Share of the requests that ended in the chosen period (${outcomes}) with status 400 or above \
(${errors}). Responses cut short after a good status are not counted.`,
    unit: units.PercentUnit,
  },
  // As many digits as it takes: one error among many requests must not read 0.0 %.
  `${growth(errors)} / (${growth(outcomes)} > 0)`,
);

export const topEndpoints = () => table(
  {
    title: 'Top Endpoints',
    description: `The 5 routes with the most requests that ended in the chosen period, all methods together \
(${outcomes}). Paths that no route handles are one route, "unmatched".`,
    unit: wholeNumber,
  },
  { route: 'Path', Value: 'Requests' },
  `topk(5, ${count(outcomes, 'route')} > 0)`,
).noValue(noTraffic);

const periodColumns: Array<[view: string, column: string, unit: string, decimals?: number]> = [
  ['seadragon:http_requests:count', 'Requests', wholeNumber, 0],
  ['seadragon:http_errors:count', 'Errors', wholeNumber, 0],
  ['seadragon:http_errors:ratio', 'Error rate', units.PercentUnit],
  ['seadragon:http_request_duration_seconds:mean', 'Mean', units.Seconds, 2],
  ['seadragon:http_request_duration_seconds:p50', 'p50', units.Seconds, 2],
  ['seadragon:http_request_duration_seconds:p95', 'p95', units.Seconds, 2],
  ['seadragon:http_request_duration_seconds:p99', 'p99', units.Seconds, 2],
];

/** The order of the periods, which their names do not have. */
const periodOrder = ['hour', 'day', 'week', 'month']
  .map((period, i) => `${chosen('seadragon:http_requests:count', `period="${period}"`)} * 0 + ${i}`)
  .join(' or ');

const order = 'Order';

export function allPeriods() {
  const columns = [...periodColumns.map(([, column]) => column), order];
  const panel = table(
    {
      title: 'All periods',
      description: `The last hour, day, week and month of each instance, whatever period is chosen: requests, errors \
and their share (seadragon:http_requests:count, seadragon:http_errors:count, seadragon:http_errors:ratio), mean and \
quantiles of the time to the last byte (seadragon:http_request_duration_seconds:mean, :p50, :p95, :p99). Running \
requests are not counted.`,
      unit: wholeNumber,
    },
    { job: 'Job', instance: 'Instance', period: 'Period', ...valueColumns(...columns) },
    ...periodColumns.map(([view]) => chosen(view)),
    periodOrder,
  )
    .withTransformation(sortedBy(order))
    .withTransformation(sortedBy('Job'))
    .withTransformation(sortedBy('Instance'))
    .withTransformation({
      id: 'organize',
      options: { excludeByName: { [order]: true }, indexByName: {}, renameByName: {} },
    })
    .height(7);
  for (const [, column, unit, decimals] of periodColumns) {
    const digits = decimals === undefined ? [] : [{ id: 'decimals', value: decimals }];
    panel.overrideByName(column, [{ id: 'unit', value: unit }, ...digits]);
  }
  return panel;
}

const present = `${count(outcomes, 'route')} > 0`;

export const routes = () => table(
  {
    title: 'Routes',
    description: `Each route with requests that ended in the chosen period (${outcomes}), those of them with status \
400 or above (${errors}), and the mean time to the last byte (${duration}). Paths that no route handles are one route, \
"unmatched".`,
    unit: wholeNumber,
  },
  { route: 'Path', ...valueColumns('Requests', 'Errors', 'Mean') },
  present,
  `${count(errors, 'route')} and ${present}`,
  meanObserved(duration, 'route'),
)
  .noValue(noTraffic)
  .overrideByName('Mean', [{ id: 'unit', value: units.Seconds }, { id: 'decimals', value: 2 }])
  .withTransformation(sortedBy('Requests', 'descending'));

export const rateByRoute = () => trafficGraph(
  {
    title: 'Request rate by route',
    description: `Requests that ended per second, by route (${outcomes}). Running requests are not counted.`,
    unit: units.RequestsPerSecond,
  },
  { expression: rate(outcomes, 'route'), legend: '{{route}}' },
);

export const errorRateByRoute = () => trafficGraph(
  {
    title: 'Error rate by route',
    description: `Requests that ended per second with status 400 or above, by route (${errors}).`,
    unit: units.RequestsPerSecond,
  },
  { expression: rate(errors, 'route'), legend: '{{route}}' },
);

export const rateByStatus = () => trafficGraph(
  {
    title: 'Request rate by status',
    description: `Requests that ended per second, by HTTP status (${requests}). Running requests are not counted.`,
    unit: units.RequestsPerSecond,
  },
  { expression: rate(requests, 'status'), legend: '{{status}}' },
);

export const requestDuration = () => quantiles(
  {
    title: 'Request duration',
    description: `Time to the last byte (${duration}). Running requests are not counted.`,
  },
  duration,
);

export const timeToFirstByte = () => quantiles(
  {
    title: 'Time to first byte',
    description: `Time to the first byte of the body, or to the head where there is none \
(seadragon_http_time_to_first_byte_seconds).`,
  },
  'seadragon_http_time_to_first_byte_seconds',
);

export const requestOutcomes = () => trafficGraph(
  {
    title: 'How requests ended',
    description: `Requests that ended per second, by how (seadragon_http_outcomes_total): completed, ended by the \
client, by the server, or by an error. A streamed response can fail after status 200.`,
    unit: units.RequestsPerSecond,
  },
  { expression: rate('seadragon_http_outcomes_total', 'outcome'), legend: '{{outcome}}' },
);

export const requestsInFlight = () => graph(
  {
    title: 'Requests in flight',
    description: `Requests that began and have not ended, streams included (seadragon_http_requests_in_flight). Those \
that wait in the queue are counted too.`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_http_requests_in_flight'), 'instance'), legend: '{{instance}}' },
);

export const connectionsWaiting = () => graph(
  {
    title: 'Connections waiting',
    description: `Connections that no thread of the server has taken yet (seadragon_http_connections_waiting), and \
connections closed per second because its pool was full (seadragon_http_connections_refused_total). No request's \
duration shows either.`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_http_connections_waiting'), 'instance'), legend: '{{instance}}' },
  { expression: rate('seadragon_http_connections_refused_total'), legend: 'refused per second' },
);

export const connectionWait = () => quantiles(
  {
    title: 'Connection wait',
    description: `Time until a thread of the server took a connection (seadragon_http_connection_wait_seconds). What \
a client waits before its first request is even read.`,
  },
  'seadragon_http_connection_wait_seconds',
);

export const bodyBytes = () => trafficGraph(
  {
    title: 'Body bytes',
    description: `Bytes per second of request bodies received (seadragon_http_request_bytes_total) and of response \
bodies sent, before compression (seadragon_http_response_bytes_total). Heads are not counted.`,
    unit: units.BytesPerSecondIEC,
  },
  { expression: rate('seadragon_http_request_bytes_total'), legend: 'received' },
  { expression: rate('seadragon_http_response_bytes_total'), legend: 'sent' },
);
