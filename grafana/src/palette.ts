// What each colour means, on every dashboard: green is well, red is a failure or a limit, yellow and orange are in
// between, blue and purple are neither.
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

/** A colour of Grafana's, for the series whose name the pattern fits. */
type Paint = [pattern: string, color: string];

const failures = 'red';
const clients = 'orange';

/** By the label that names the series in a legend. */
const byLabel: Record<string, Paint[]> = {
  status: [
    ['^1..$', 'text'],
    ['^2..$', 'green'],
    ['^3..$', 'blue'],
    ['^4..$', clients],
    ['^5..$', failures],
  ],
  code: [
    ['^2..$', 'green'],
    ['^4..$', clients],
    ['^5..$', failures],
  ],
  outcome: [
    ['^completed$', 'green'],
    ['^(client_abort|cancelled_\\w+)$', clients],
    ['^rejected_\\w+$', 'purple'],
    ['^timeout\\w*$', 'yellow'],
    ['^(server_abort|error|failed)$', failures],
  ],
  kind: [
    ['prompt$', 'blue'],
    ['completion$', 'green'],
  ],
  phase: [
    ['prefill$', 'blue'],
    ['decode$', 'green'],
  ],
  level: [
    ['^debug$', 'text'],
    ['^info$', 'green'],
    ['^warn\\w*$', clients],
    ['^error$', failures],
  ],
};
byLabel.reason = byLabel.outcome;

/** By the end of a name that a query gives its series itself. */
const byName: Paint[] = [
  ['^p50$', 'light-blue'],
  ['^p95$', 'dark-blue'],
  ['^p99$', 'purple'],
  ['^prefill p50$', 'light-blue'],
  ['^prefill p95$', 'dark-blue'],
  ['^decode p50$', 'light-green'],
  ['^decode p95$', 'dark-green'],
  ['^received$', 'blue'],
  ['^requeued$', 'yellow'],
  ['(^|\\s)waiting$', 'yellow'],
  ['(^|\\s)active$', 'blue'],
  ['(^|\\s)stalled$', failures],
  ['(^|\\s)(in|received)$', 'blue'],
  ['(^|\\s)(out|sent)$', 'purple'],
  ['^in use$', 'blue'],
  ['^throttled$', failures],
  ['^refused per second$', failures],
  ['^Threshold$', failures],
  ['^firing$', failures],
  ['^pending$', clients],
];

/** What a dashed line is: something that the others must stay below. */
export const limits = '(^|\\s)(Threshold|limit|capacity|slots|most open files)$';

const dashed: DynamicConfigValue[] = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } },
  { id: 'custom.fillOpacity', value: 0 },
];

/** A pattern for names of series, and how those are drawn. */
export interface Override {
  pattern: string;
  properties: DynamicConfigValue[];
}

function painted([pattern, color]: Paint): Override {
  // Several series of one meaning, 200 and 204 say, are shades of its colour.
  return { pattern, properties: [{ id: 'color', value: { mode: 'shades', fixedColor: color } }] };
}

function isNamedBy(legend: string, pattern: string): boolean {
  return new RegExp(pattern).test(legend.replace(/\{\{\w+\}\}/g, 'x'));
}

/** How the series of these legends are drawn; a legend may name labels, as in `{{status}}`. */
export function paint(legends: string[]): Override[] {
  const labels = new Set(legends.flatMap((legend) => [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name)));
  const paints = [
    ...[...labels].flatMap((label) => byLabel[label] ?? []),
    ...byName.filter(([pattern]) => legends.some((legend) => isNamedBy(legend, pattern))),
  ];
  const overrides = paints.map(painted);
  const isLimited = legends.some((legend) => isNamedBy(legend, limits));
  return isLimited ? [...overrides, { pattern: limits, properties: dashed }] : overrides;
}
