// Panels of the machine that the server runs on.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { graph, limit, nowAndAverage } from './parts.ts';
import { chosen, meanOverPeriod } from './promql.ts';

const cpu = 'seadragon:cpu_usage:percent';
const memory = 'seadragon:memory_usage:percent';

export const cpuUsage = nowAndAverage(
  {
    title: 'CPU Usage',
    description: `Busy share of all CPUs (${cpu}), mean of the chosen instances: in the last minute, and on average \
over the chosen period. Waiting for disks and time stolen by other virtual machines do not count as busy.`,
    unit: units.Percent,
  },
  `avg(${chosen(cpu)})`,
  `avg(${meanOverPeriod(cpu)})`,
);

export const memoryUsage = nowAndAverage(
  {
    title: 'Memory Usage',
    description: `Memory that programs could not get without swapping (${memory}), mean of the chosen instances: now, \
and on average over the chosen period. The page cache does not count as used.`,
    unit: units.Percent,
  },
  `avg(${chosen(memory)})`,
  `avg(${meanOverPeriod(memory)})`,
);

export const cpuUsageOverTime = graph(
  {
    title: 'CPU usage over time',
    description: `Busy share of all CPUs of each instance (${cpu}). Above the dashed line an alert is raised.`,
    unit: units.Percent,
  },
  { expression: chosen(cpu), legend: '{{instance}}' },
  { expression: 'seadragon:threshold:cpu_percent', legend: limit },
)
  .max(100)
  .span(6);

export const memoryUsageOverTime = graph(
  {
    title: 'Memory usage over time',
    description: `Used share of the memory of each instance (${memory}). Above the dashed line an alert is raised.`,
    unit: units.Percent,
  },
  { expression: chosen(memory), legend: '{{instance}}' },
  { expression: 'seadragon:threshold:memory_percent', legend: limit },
)
  .max(100)
  .span(6);
