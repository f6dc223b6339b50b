// Panels of the request queue.
import * as units from '@grafana/grafana-foundation-sdk/units';
import {
  failureAbove0, figures, fineInterval, graph, limit, noTraffic, nowAndAverage, quantiles, table, trafficGraph, wholeNumber,
} from '../parts.ts';
import { chosen, count, meanOfSum, rate, sum } from '../promql.ts';

const length = 'seadragon:queue_length:current';
const active = 'seadragon:active_requests:current';
const threshold = 'seadragon:threshold:queue_length';

const wholeNow = [{ id: 'decimals', value: 0 }];

export const queueLength = () => fineInterval(nowAndAverage(
  {
    title: 'Queue Length',
    description: `Requests that wait, sum of the chosen instances: now (${length}), and on average over the chosen \
period (seadragon_server_queue_length). Requests in processing are not counted.`,
    unit: wholeNumber,
  },
  sum(chosen(length)),
  meanOfSum('seadragon_server_queue_length'),
).overrideByName('Now', wholeNow));

export const activeRequests = () => fineInterval(nowAndAverage(
  {
    title: 'Active Requests',
    description: `Requests in processing, sum of the chosen instances: now (${active}), and on average over the chosen \
period (seadragon_server_active_requests). Waiting requests are not counted.`,
    unit: wholeNumber,
  },
  sum(chosen(active)),
  meanOfSum('seadragon_server_active_requests'),
).overrideByName('Now', wholeNow));

export const queueLengthOverTime = () => graph(
  {
    title: 'Queue length over time',
    description: `Waiting requests of each instance (${length}). Above the dashed line (${threshold}) an alert is \
raised.`,
    unit: wholeNumber,
  },
  { expression: chosen(length), legend: '{{instance}}' },
  { expression: threshold, legend: limit },
);

export const activeRequestsOverTime = () => graph(
  {
    title: 'Active requests over time',
    description: `Requests in processing of each instance (${active}).`,
    unit: wholeNumber,
  },
  { expression: chosen(active), legend: '{{instance}}' },
);

export const queueOutcomes = () => table(
  {
    title: 'Queue outcomes in the period',
    description: `How requests left the queue in the chosen period (seadragon_queue_finished_total). Each has exactly \
one outcome; those still waiting or active have none yet.`,
    unit: wholeNumber,
  },
  { outcome: 'Outcome', Value: 'Requests' },
  `${count('seadragon_queue_finished_total', 'outcome')} > 0`,
).noValue(noTraffic);

export const arrivalsAndOutcomes = () => trafficGraph(
  {
    title: 'Queue outcomes',
    description: `Requests per second that came (seadragon_queue_received_total) and that left, by outcome \
(seadragon_queue_finished_total). Each request has exactly one outcome; those still waiting or active have none yet. \
Requeued are requests in processing that were sent back to wait (seadragon_queue_requeued_total).`,
    unit: units.RequestsPerSecond,
  },
  { expression: rate('seadragon_queue_received_total'), legend: 'received' },
  { expression: rate('seadragon_queue_finished_total', 'outcome'), legend: '{{outcome}}' },
  { expression: rate('seadragon_queue_requeued_total'), legend: 'requeued' },
);

export const waitingByQueue = () => graph(
  {
    title: 'Waiting requests and capacity by queue',
    description: `Requests that wait (seadragon_queue_length) and that may wait before new ones are rejected \
(seadragon_queue_capacity).`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_queue_length'), 'queue'), legend: '{{queue}} waiting' },
  { expression: sum(chosen('seadragon_queue_capacity'), 'queue'), legend: '{{queue}} capacity' },
);

export const activeByQueue = () => graph(
  {
    title: 'Active requests and slots by queue',
    description: `Requests in processing (seadragon_queue_active_requests) and that can be processed at once \
(seadragon_queue_slots).`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_queue_active_requests'), 'queue'), legend: '{{queue}} active' },
  { expression: sum(chosen('seadragon_queue_slots'), 'queue'), legend: '{{queue}} slots' },
);

export const queueWait = () => quantiles(
  {
    title: 'Time in the queue',
    description: `From entering the queue until processing began (seadragon_queue_wait_seconds); a requeued request \
counts each time. Requests that still wait are not counted.`,
  },
  'seadragon_queue_wait_seconds',
);

export const queueProcessing = () => quantiles(
  {
    title: 'Processing time',
    description: `From the beginning of processing to its end, whatever the outcome \
(seadragon_queue_processing_seconds). Active requests are not counted.`,
  },
  'seadragon_queue_processing_seconds',
);

function longest(seconds: string): string {
  return `max by (queue) (${chosen(seconds)})`;
}

export const oldestRequests = () => graph(
  {
    title: 'Oldest requests',
    description: `How long the request that has waited longest has been waiting (seadragon_queue_oldest_wait_seconds), \
and the one in processing longest has been in processing (seadragon_queue_oldest_active_seconds), by queue; 0 when \
there is none. A queue that is stuck shows here although nothing completes. The threshold is that of the waiting one \
(seadragon:threshold:queue_wait_seconds).`,
    unit: units.Seconds,
  },
  { expression: longest('seadragon_queue_oldest_wait_seconds'), legend: '{{queue}} waiting' },
  { expression: longest('seadragon_queue_oldest_active_seconds'), legend: '{{queue}} active' },
  { expression: 'seadragon:threshold:queue_wait_seconds', legend: limit },
);

export const drainTime = () => graph(
  {
    title: 'Time to drain',
    description: `Estimated time until nobody waits if no request comes, by queue (seadragon_queue_drain_seconds): the \
waiting requests times the mean processing time of the last minutes, divided by the slots. Longer when the queue moves \
slower than that.`,
    unit: units.Seconds,
  },
  { expression: longest('seadragon_queue_drain_seconds'), legend: '{{queue}}' },
);

export const activeByAge = () => graph(
  {
    title: 'Active requests by age',
    description: `Requests in processing, by how long ago it began (seadragon_queue_active_requests_by_age), all \
queues together. Waiting requests are not counted.`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_queue_active_requests_by_age'), 'age'), legend: '{{age}}' },
);

export const queueImbalance = () => figures(
  {
    title: 'Queue imbalance',
    description: `Requests received minus finished, waiting and active ones, all queues together \
(seadragon_queue_imbalance). Anything but 0 is a bug in the server.`,
    unit: wholeNumber,
  },
  { expression: sum(`abs(${chosen('seadragon_queue_imbalance')})`), legend: 'Imbalance' },
).thresholds(failureAbove0);
