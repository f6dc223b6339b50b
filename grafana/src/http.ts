// Panels of the server's HTTP API.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { graph, quantiles, table, trafficFigure, wholeNumber } from './parts.ts';
import { chosen, count, meanObserved, rate, share, sum } from './promql.ts';

const requests = 'seadragon_http_requests_total';
const duration = 'seadragon_http_request_duration_seconds';

export const totalRequests = trafficFigure(
  {
    title: 'Total Requests',
    description: `Requests that ended in the chosen period (${requests}). Running requests are not counted.`,
    unit: wholeNumber,
  },
  count(requests),
);

export const averageResponseTime = trafficFigure(
  {
    title: 'Avg Response Time',
    description: `Mean time to the last byte of the requests that ended in the chosen period (${duration}). Running \
requests are not counted.`,
    unit: units.Seconds,
  },
  meanObserved(duration),
).decimals(2);

export const errorRate = trafficFigure(
  {
    title: 'Error Rate',
    description: `Share of the requests that ended in the chosen period with status 400 or above (${requests}). \
Responses cut short after a good status are not counted.`,
    unit: units.PercentUnit,
  },
  share(requests, 'status=~"[4-9].."'),
).decimals(1);

export const topEndpoints = table(
  {
    title: 'Top Endpoints',
    description: `The 5 routes with the most requests that ended in the chosen period, all methods together \
(${requests}). Paths that no route handles are one route, "unmatched".`,
    unit: wholeNumber,
  },
  { route: 'Path', Value: 'Requests' },
  `topk(5, ${count(requests, 'route')} > 0)`,
);

const columnUnits: Array<[string, string, number]> = [
  ['Error rate', units.PercentUnit, 1],
  ['Mean', units.Seconds, 2],
  ['p50', units.Seconds, 2],
  ['p95', units.Seconds, 2],
  ['p99', units.Seconds, 2],
];

export const allPeriods = table(
  {
    title: 'All periods',
    description: `The last hour, day, week and month of each instance, whatever period is chosen \
(seadragon:http_requests:count and the views beside it). Running requests are not counted.`,
    unit: wholeNumber,
  },
  {
    instance: 'Instance',
    period: 'Period',
    'Value #A': 'Requests',
    'Value #B': 'Errors',
    'Value #C': 'Error rate',
    'Value #D': 'Mean',
    'Value #E': 'p50',
    'Value #F': 'p95',
    'Value #G': 'p99',
  },
  chosen('seadragon:http_requests:count'),
  chosen('seadragon:http_errors:count'),
  chosen('seadragon:http_errors:ratio'),
  chosen('seadragon:http_request_duration_seconds:mean'),
  chosen('seadragon:http_request_duration_seconds:p50'),
  chosen('seadragon:http_request_duration_seconds:p95'),
  chosen('seadragon:http_request_duration_seconds:p99'),
)
  // A longer period has more requests, so this puts the periods in their order.
  .withTransformation({ id: 'sortBy', options: { fields: {}, sort: [{ field: 'Requests' }] } })
  .span(24);
for (const [column, unit, decimals] of columnUnits) {
  allPeriods.overrideByName(column, [
    { id: 'unit', value: unit },
    { id: 'decimals', value: decimals },
  ]);
}

export const rateByStatus = graph(
  {
    title: 'Request rate by status',
    description: `Requests that ended per second, by HTTP status (${requests}). Running requests are not counted.`,
    unit: units.RequestsPerSecond,
  },
  { expression: rate(requests, 'status'), legend: '{{status}}' },
);

export const requestDuration = quantiles(
  {
    title: 'Request duration',
    description: `Time to the last byte (${duration}). Running requests are not counted.`,
  },
  duration,
);

export const timeToFirstByte = quantiles(
  {
    title: 'Time to first byte',
    description: `Time to the first byte of the body, or to the head where there is none \
(seadragon_http_time_to_first_byte_seconds).`,
  },
  'seadragon_http_time_to_first_byte_seconds',
);

export const requestOutcomes = graph(
  {
    title: 'How requests ended',
    description: `Requests that ended per second, by how (seadragon_http_outcomes_total): completed, ended by the \
client, by the server, or by an error. A streamed response can fail after status 200.`,
    unit: units.RequestsPerSecond,
  },
  { expression: rate('seadragon_http_outcomes_total', 'outcome'), legend: '{{outcome}}' },
);

export const requestsInFlight = graph(
  {
    title: 'Requests in flight',
    description: `Requests that began and have not ended, streams included (seadragon_http_requests_in_flight). Those \
that wait in the queue are counted too.`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_http_requests_in_flight'), 'instance'), legend: '{{instance}}' },
);

export const connectionsWaiting = graph(
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

export const connectionWait = quantiles(
  {
    title: 'Connection wait',
    description: `Time until a thread of the server took a connection (seadragon_http_connection_wait_seconds). What \
a client waits before its first request is even read.`,
  },
  'seadragon_http_connection_wait_seconds',
);

export const bodyBytes = graph(
  {
    title: 'Body bytes',
    description: `Bytes per second of request bodies received (seadragon_http_request_bytes_total) and of response \
bodies sent, before compression (seadragon_http_response_bytes_total). Heads are not counted.`,
    unit: units.BytesPerSecondIEC,
  },
  { expression: rate('seadragon_http_request_bytes_total'), legend: 'received' },
  { expression: rate('seadragon_http_response_bytes_total'), legend: 'sent' },
);
