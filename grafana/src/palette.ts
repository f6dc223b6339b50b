// What each colour means, on every dashboard: green is well, red is a failure or a limit, yellow and orange are in
// between, blue and purple are neither.
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

/** How the series are drawn whose name the pattern fits. */
export interface Override {
  pattern: string;
  properties: DynamicConfigValue[];
}

/** A series that has the same colour wherever it is drawn. */
function one(pattern: string, fixedColor: string): Override {
  return { pattern, properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }] };
}

/** Series of one meaning, 200 and 204 say: shades of its colour. */
function family(pattern: string, fixedColor: string): Override {
  return { pattern, properties: [{ id: 'color', value: { mode: 'shades', fixedColor } }] };
}

const statuses = [
  family('^1..$', 'text'),
  family('^2..$', 'green'),
  family('^3..$', 'blue'),
  family('^4..$', 'orange'),
  family('^5..$', 'red'),
];

const outcomes = [
  one('^completed$', 'green'),
  one('^client_abort$', 'orange'),
  one('^cancelled_queued$', 'light-orange'),
  one('^cancelled_running$', 'orange'),
  one('^timeout_queued$', 'semi-dark-yellow'),
  one('^timeout_running$', 'dark-yellow'),
  one('^rejected_full$', 'purple'),
  one('^server_abort$', 'dark-red'),
  one('^error$', 'red'),
  one('^abandoned$', 'dark-red'),
];

/** By the label that names the series in a legend. */
const byLabel: Record<string, Override[]> = {
  status: statuses,
  code: statuses,
  outcome: outcomes,
  reason: outcomes,
  kind: [
    one('^prompt$', 'blue'),
    one('^completion$', 'green'),
    family('(^|\\s)corrected$', 'yellow'),
    family('(^|\\s)uncorrected$', 'red'),
  ],
  phase: [family('prefill$', 'blue'), family('decode$', 'green')],
  level: [
    one('^debug$', 'text'),
    one('^info$', 'green'),
    one('^warning$', 'orange'),
    one('^error$', 'red'),
  ],
  age: [
    one('^0-10s$', 'green'),
    one('^10s-1m$', 'blue'),
    one('^1m-10m$', 'yellow'),
    one('^10m-1h$', 'orange'),
    one('^1h\\+$', 'red'),
  ],
  window: [one('^1m$', 'light-blue'), one('^5m$', 'blue'), one('^15m$', 'dark-blue')],
};

/** By the end of a name that a query gives its series itself. */
const byName = [
  one('^p50$', 'light-blue'),
  one('^p95$', 'dark-blue'),
  one('^p99$', 'purple'),
  one('^prefill p50$', 'light-blue'),
  one('^prefill p95$', 'dark-blue'),
  one('^decode p50$', 'light-green'),
  one('^decode p95$', 'dark-green'),
  family('(^|\\s)waiting$', 'yellow'),
  family('(^|\\s)active$', 'blue'),
  one('^requeued$', 'light-blue'),
  family('(^|\\s)stalled$', 'red'),
  one('^received$', 'blue'),
  one('^sent$', 'purple'),
  family('\\sin$', 'blue'),
  family('\\sout$', 'purple'),
  family('(^|\\s)in use$', 'blue'),
  one('^reserved$', 'yellow'),
  family('(^|\\s)throttled$', 'red'),
  one('^refused per second$', 'red'),
  one('^firing$', 'red'),
  one('^pending$', 'orange'),
];

/** Something that the others must stay below is a dashed red line. */
const limits: Override = {
  pattern: '(^|\\s)(Threshold|limit|capacity|slots|most open files)$',
  properties: [
    { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
    { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } },
    { id: 'custom.fillOpacity', value: 0 },
  ],
};

function names(legend: string, { pattern }: Override): boolean {
  return new RegExp(pattern).test(legend.replace(/\{\{\w+\}\}/g, 'x'));
}

/** How the series of these legends are drawn; a legend may name labels, as in `{{status}}`. */
export function paint(legends: string[]): Override[] {
  const labels = new Set(legends.flatMap((legend) => [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name)));
  return [
    ...[...labels].flatMap((label) => byLabel[label] ?? []),
    ...[...byName, limits].filter((override) => legends.some((legend) => names(legend, override))),
  ];
}
