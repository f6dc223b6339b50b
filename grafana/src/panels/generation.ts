// Panels of token generation.
import * as units from '@grafana/grafana-foundation-sdk/units';
import {
  graph, noTraffic, quantiles, table, trafficFigure, trafficGraph, valueColumns, wholeNumber,
} from '../parts.ts';
import { chosen, count, growth, quantile, rate } from '../promql.ts';

const tokensPerSecond = 'suffix:tokens/s';

export const timeToFirstToken = () => quantiles(
  {
    title: 'Time to first token',
    description: `From arrival in the queue to the first token (seadragon_generation_time_to_first_token_seconds). \
Requests without a token are not counted.`,
  },
  'seadragon_generation_time_to_first_token_seconds',
);

export const timeBetweenTokens = () => quantiles(
  {
    title: 'Time between tokens',
    description: `Between two tokens of a request (seadragon_generation_inter_token_seconds); long answers have more \
of them. The time to the first token is not counted.`,
  },
  'seadragon_generation_inter_token_seconds',
);

export const timePerOutputToken = () => quantiles(
  {
    title: 'Time per output token',
    description: `Mean time between the tokens of a request, one value per request \
(seadragon_generation_time_per_output_token_seconds). Requests that did not complete are not counted.`,
  },
  'seadragon_generation_time_per_output_token_seconds',
);

export const requestTime = () => quantiles(
  {
    title: 'Time from arrival to completion',
    description: `From arrival in the queue to the end of the request (seadragon_generation_duration_seconds). \
Requests that did not complete are not counted.`,
  },
  'seadragon_generation_duration_seconds',
);

export const prefillAndDecode = () => trafficGraph(
  {
    title: 'Prefill and decode time',
    description: `Time in processing until the prompt was read (seadragon_generation_prefill_seconds), and from then \
on (seadragon_generation_decode_seconds; requests that did not complete are not counted). Half of the values were at \
most p50, 95 of 100 at most p95.`,
    unit: units.Seconds,
  },
  ...['prefill', 'decode'].flatMap((phase) =>
    [0.5, 0.95].map((q) => ({
      expression: quantile(q, `seadragon_generation_${phase}_seconds`),
      legend: `${phase} p${q * 100}`,
    })),
  ),
);

export const tokens = () => trafficGraph(
  {
    title: 'Tokens per second',
    description: `Tokens read (prompt) and produced (completion) per second, counted as they occur \
(seadragon_generation_tokens_total).`,
    unit: tokensPerSecond,
  },
  { expression: rate('seadragon_generation_tokens_total', 'kind'), legend: '{{kind}}' },
);

export const models = () => table(
  {
    title: 'Tokens by model',
    description: `Tokens read and produced in the chosen period (seadragon_generation_tokens_total), and those of the \
produced ones that were wasted on requests which did not complete (seadragon_generation_wasted_tokens_total).`,
    unit: wholeNumber,
  },
  { model: 'Model', ...valueColumns('Prompt', 'Completion', 'Wasted') },
  `${count('seadragon_generation_tokens_total', 'model', 'kind="prompt"')} > 0`,
  `${count('seadragon_generation_tokens_total', 'model', 'kind="completion"')} > 0`,
  count('seadragon_generation_wasted_tokens_total', 'model'),
).noValue(noTraffic);

export const goodput = () => trafficFigure(
  {
    title: 'Goodput',
    description: `Share of the tokens produced in the chosen period that were not wasted: 1 - \
seadragon_generation_wasted_tokens_total / seadragon_generation_tokens_total of kind completion.`,
    unit: units.PercentUnit,
  },
  `clamp_min(1 - ${growth('seadragon_generation_wasted_tokens_total')} \
/ (${growth('seadragon_generation_tokens_total', '', 'kind="completion"')} > 0), 0)`,
);

export const wastedTokens = () => trafficGraph(
  {
    title: 'Wasted tokens',
    description: `Completion tokens per second of requests that did not complete, by their outcome \
(seadragon_generation_wasted_tokens_total). They are counted when the request ends.`,
    unit: tokensPerSecond,
  },
  { expression: rate('seadragon_generation_wasted_tokens_total', 'reason'), legend: '{{reason}}' },
);

export const wastedSlots = () => trafficGraph(
  {
    title: 'Wasted processing time',
    description: `Processing time per second of requests that did not complete, by their outcome \
(seadragon_generation_wasted_seconds_total): 1 means that one slot worked for nothing all the time. It is counted when \
the request ends.`,
    unit: 'none',
  },
  { expression: rate('seadragon_generation_wasted_seconds_total', 'reason'), legend: '{{reason}}' },
);

export const busySlots = () => trafficGraph(
  {
    title: 'Busy slots',
    description: `Processing time per second, over all slots (seadragon_generation_busy_seconds_total): 2 means that \
two slots were busy. It is counted at each token and at the end of the request.`,
    unit: 'none',
  },
  { expression: rate('seadragon_generation_busy_seconds_total', 'model, phase'), legend: '{{model}} {{phase}}' },
);

export const keyValueCache = () => graph(
  {
    title: 'Key-value cache in use',
    description: `Share of the key-value cache that is in use, by model (seadragon_generation_kv_cache_usage_ratio). \
No data where the server does not tell.`,
    unit: units.PercentUnit,
  },
  { expression: `max by (model) (${chosen('seadragon_generation_kv_cache_usage_ratio')})`, legend: '{{model}}' },
);
