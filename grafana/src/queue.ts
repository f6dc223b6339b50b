// Panels of the request queue.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { failureAbove0, figures, graph, limit, nowAndAverage, quantiles, wholeNumber } from './parts.ts';
import { chosen, meanOverPeriod, rate, sum } from './promql.ts';

const length = 'seadragon:queue_length:current';
const active = 'seadragon:active_requests:current';

const wholeNow = [{ id: 'decimals', value: 0 }];

export const queueLength = nowAndAverage(
  {
    title: 'Queue Length',
    description: `Requests that wait (${length}), sum of the chosen instances: now, and on average over the chosen \
period. Requests in processing are not counted.`,
    unit: wholeNumber,
  },
  sum(chosen(length)),
  sum(meanOverPeriod(length)),
).overrideByName('Now', wholeNow);

export const activeRequests = nowAndAverage(
  {
    title: 'Active Requests',
    description: `Requests in processing (${active}), sum of the chosen instances: now, and on average over the chosen \
period. Waiting requests are not counted.`,
    unit: wholeNumber,
  },
  sum(chosen(active)),
  sum(meanOverPeriod(active)),
).overrideByName('Now', wholeNow);

export const queueLengthOverTime = graph(
  {
    title: 'Queue length over time',
    description: `Waiting requests of each instance (${length}). Above the dashed line an alert is raised.`,
    unit: wholeNumber,
  },
  { expression: chosen(length), legend: '{{instance}}' },
  { expression: 'seadragon:threshold:queue_length', legend: limit },
).span(6);

export const activeRequestsOverTime = graph(
  {
    title: 'Active requests over time',
    description: `Requests in processing of each instance (${active}).`,
    unit: wholeNumber,
  },
  { expression: chosen(active), legend: '{{instance}}' },
).span(6);

export const arrivalsAndOutcomes = graph(
  {
    title: 'Queue outcomes',
    description: `Requests per second that came (seadragon_queue_received_total) and that left, by outcome \
(seadragon_queue_finished_total). Each request has exactly one outcome; those still waiting or active have none yet.`,
    unit: units.RequestsPerSecond,
  },
  { expression: rate('seadragon_queue_received_total'), legend: 'received' },
  { expression: rate('seadragon_queue_finished_total', 'outcome'), legend: '{{outcome}}' },
);

export const waitingByQueue = graph(
  {
    title: 'Waiting requests and capacity by queue',
    description: `Requests that wait (seadragon_queue_length) and that may wait before new ones are rejected \
(seadragon_queue_capacity).`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_queue_length'), 'queue'), legend: '{{queue}} waiting' },
  { expression: sum(chosen('seadragon_queue_capacity'), 'queue'), legend: '{{queue}} capacity' },
);

export const activeByQueue = graph(
  {
    title: 'Active requests and slots by queue',
    description: `Requests in processing (seadragon_queue_active_requests) and that can be processed at once \
(seadragon_queue_slots).`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_queue_active_requests'), 'queue'), legend: '{{queue}} active' },
  { expression: sum(chosen('seadragon_queue_slots'), 'queue'), legend: '{{queue}} slots' },
);

export const queueWait = quantiles(
  {
    title: 'Time in the queue',
    description: `From entering the queue until processing began (seadragon_queue_wait_seconds). Requests that still \
wait are not counted.`,
  },
  'seadragon_queue_wait_seconds',
);

export const queueProcessing = quantiles(
  {
    title: 'Processing time',
    description: `From the beginning of processing to its end, whatever the outcome \
(seadragon_queue_processing_seconds). Active requests are not counted.`,
  },
  'seadragon_queue_processing_seconds',
);

export const oldestWait = graph(
  {
    title: 'Longest present wait',
    description: `How long the request that has waited longest has been waiting, by queue \
(seadragon_queue_oldest_wait_seconds); 0 when none waits.`,
    unit: units.Seconds,
  },
  { expression: `max by (queue) (${chosen('seadragon_queue_oldest_wait_seconds')})`, legend: '{{queue}}' },
);

export const queueImbalance = figures(
  {
    title: 'Queue imbalance',
    description: `Requests received minus finished, waiting and active ones, all queues together \
(seadragon_queue_imbalance). Anything but 0 is a bug in the server.`,
    unit: wholeNumber,
  },
  { expression: sum(`abs(${chosen('seadragon_queue_imbalance')})`), legend: 'Imbalance' },
).thresholds(failureAbove0);
