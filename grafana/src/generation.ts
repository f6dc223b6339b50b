// Panels of token generation.
import { graph, quantiles } from './parts.ts';
import { rate } from './promql.ts';

const tokensPerSecond = 'suffix: tokens/s';

export const timeToFirstToken = quantiles(
  {
    title: 'Time to first token',
    description: `From arrival in the queue to the first token (seadragon_generation_time_to_first_token_seconds). \
Requests without a token are not counted.`,
  },
  'seadragon_generation_time_to_first_token_seconds',
);

export const timeBetweenTokens = quantiles(
  {
    title: 'Time between tokens',
    description: `Between two tokens of a request (seadragon_generation_inter_token_seconds). The time to \
the first token is not counted.`,
  },
  'seadragon_generation_inter_token_seconds',
);

export const tokens = graph(
  {
    title: 'Tokens per second',
    description: `Tokens read (prompt) and produced (completion) per second, counted as they occur \
(seadragon_generation_tokens_total).`,
    unit: tokensPerSecond,
  },
  { expression: rate('seadragon_generation_tokens_total', 'kind'), legend: '{{kind}}' },
);

export const wastedTokens = graph(
  {
    title: 'Wasted tokens',
    description: `Completion tokens per second of requests that did not complete, by their outcome \
(seadragon_generation_wasted_tokens_total). They are counted when the request ends.`,
    unit: tokensPerSecond,
  },
  { expression: rate('seadragon_generation_wasted_tokens_total', 'reason'), legend: '{{reason}}' },
).span(12);

export const busySlots = graph(
  {
    title: 'Busy slots by model',
    description: `Processing time per second, over all slots (seadragon_generation_busy_seconds_total): 2 means that \
two slots were busy. The time of a request is counted when it ends.`,
    unit: 'none',
  },
  { expression: rate('seadragon_generation_busy_seconds_total', 'model'), legend: '{{model}}' },
).span(12);
