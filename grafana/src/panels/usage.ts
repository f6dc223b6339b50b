// Panels of users and API keys. They are open sets: a key is known from its first request on.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { noTraffic, sortedBy, table, trafficGraph, valueColumns, wholeNumber } from '../parts.ts';
import { count, rate } from '../promql.ts';

const requests = 'seadragon_usage_requests_total';
const errors = 'seadragon_usage_errors_total';
const tokens = 'seadragon_usage_tokens_total';

function usageTable(title: string, whose: string, labels: Record<string, string>) {
  const by = Object.keys(labels).join(', ');
  const present = `${count(requests, by)} > 0`;
  return table(
    {
      title,
      description: `Requests that ended in the chosen period, by ${whose} (${requests}), those of them with status 400 \
or above (${errors}), and tokens read and produced (${tokens}). The very first request of an API key that the server \
did not name at its start is in no period.`,
      unit: wholeNumber,
    },
    { ...labels, ...valueColumns('Requests', 'Errors', 'Prompt tokens', 'Completion tokens') },
    present,
    `${count(errors, by)} and ${present}`,
    `${count(tokens, by, 'kind="prompt"')} and ${present}`,
    `${count(tokens, by, 'kind="completion"')} and ${present}`,
  )
    .noValue(noTraffic)
    .withTransformation(sortedBy('Requests', 'descending'));
}

export const users = () => usageTable('Users', 'user', { user: 'User' });

export const apiKeys = () => usageTable('API keys', 'user and API key', { user: 'User', api_key: 'API key' });

export const requestsByUser = () => trafficGraph(
  {
    title: 'Requests by user',
    description: `Requests that ended per second, by user (${requests}). Those without a valid key belong to nobody \
and are not counted.`,
    unit: units.RequestsPerSecond,
  },
  { expression: rate(requests, 'user'), legend: '{{user}}' },
);

export const errorsByUser = () => trafficGraph(
  {
    title: 'Errors by user',
    description: `Requests answered with status 400 or above per second, by user (${errors}).`,
    unit: units.RequestsPerSecond,
  },
  { expression: rate(errors, 'user'), legend: '{{user}}' },
);

export const tokensByUser = () => trafficGraph(
  {
    title: 'Tokens by user',
    description: `Tokens per second, read and produced, by user (${tokens}).`,
    unit: 'suffix:tokens/s',
  },
  { expression: rate(tokens, 'user'), legend: '{{user}}' },
);

export const tokensByKind = () => trafficGraph(
  {
    title: 'Tokens of all users',
    description: `Tokens per second, read (prompt) and produced (completion), of all users together (${tokens}).`,
    unit: 'suffix:tokens/s',
  },
  { expression: rate(tokens, 'kind'), legend: '{{kind}}' },
);
