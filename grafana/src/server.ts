// Panels that say whether everything is there.
import { failureAbove0, failureBelow1, figures, wholeNumber } from './parts.ts';
import { firingAlerts } from './frame.ts';
import { chosen } from './promql.ts';

export const serverUp = figures(
  {
    title: 'Server up',
    description: `Whether the exporter could read the metrics of the LLM server at its last scrape \
(seadragon_server_up), for each instance.`,
    unit: 'bool_yes_no',
  },
  { expression: chosen('seadragon_server_up'), legend: '{{instance}}' },
).thresholds(failureBelow1);

export const targetsDown = figures(
  {
    title: 'Targets down',
    description: 'Scrape targets of the chosen jobs, whatever they are, that Prometheus cannot read now (up).',
    unit: wholeNumber,
  },
  { expression: `count(${chosen('up')} == 0) or vector(0)`, legend: 'Down' },
).thresholds(failureAbove0);

export const alertsFiring = figures(
  {
    title: 'Alerts firing',
    description: 'Seadragon alerts that fire now, of all instances (ALERTS). Pending alerts are not counted.',
    unit: wholeNumber,
  },
  { expression: `count(${firingAlerts}) or vector(0)`, legend: 'Firing' },
).thresholds(failureAbove0);
