// Panels of the alerts, as Prometheus evaluates them. What was mailed of them is Alertmanager's to say.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { failureAbove0, figures, graph, table, wholeNumber } from '../parts.ts';
import { alertsThat } from '../promql.ts';

export const alertsFiring = () => figures(
  {
    title: 'Alerts firing',
    description: 'Seadragon alerts that fire now, of all instances (ALERTS). Pending alerts are not counted.',
    unit: wholeNumber,
  },
  { expression: `count(${alertsThat('firing')}) or vector(0)`, legend: 'Firing' },
).thresholds(failureAbove0);

export const alertsNow = () => table(
  {
    title: 'Alerts now',
    description: `Seadragon alerts that fire, or will if their condition lasts (pending), of all instances (ALERTS).`,
    unit: wholeNumber,
  },
  {
    alertname: 'Alert',
    alertstate: 'State',
    severity: 'Severity',
    job: 'Job',
    instance: 'Instance',
    server: 'Server',
  },
  alertsThat('firing|pending'),
).noValue('No alert');

export const alertsOverTime = () => graph(
  {
    title: 'Alerts over time',
    description: 'How many Seadragon alerts fired and were pending, of all instances (ALERTS).',
    unit: wholeNumber,
  },
  { expression: `sum(${alertsThat('firing')}) or vector(0)`, legend: 'firing' },
  { expression: `sum(${alertsThat('pending')}) or vector(0)`, legend: 'pending' },
);

function threshold(title: string, view: string, unit: string) {
  return figures(
    {
      title,
      description: `Above this, if it lasts, an alert is raised (${view}); the same for all instances.`,
      unit,
    },
    { expression: view, legend: title },
  );
}

export const cpuThreshold = () => threshold('CPU threshold', 'seadragon:threshold:cpu_percent', units.Percent);

export const memoryThreshold = () =>
  threshold('Memory threshold', 'seadragon:threshold:memory_percent', units.Percent);

export const queueThreshold = () => threshold('Queue threshold', 'seadragon:threshold:queue_length', wholeNumber);
