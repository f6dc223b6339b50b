import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDataFrame, FieldType } from '@grafana/data';
import { resolveLink } from './links.ts';
import type { Choices } from './links.ts';

const job = { name: 'job', label: 'job', options: ['a', 'b'], chosen: ['a', 'b'], all: '.+', multi: true };
const choices: Choices = {
  from: 'now-24h',
  to: 'now',
  refresh: '15s',
  variables: [
    { name: 'datasource', label: '', options: [], chosen: ['prometheus'], all: '', multi: false },
    job,
    { ...job, name: 'instance', chosen: [] },
  ],
};
const frame = createDataFrame({
  fields: [
    { name: 'route', type: FieldType.string, values: ['/v1/models', '/a b&c'] },
    { name: 'Value', type: FieldType.number, values: [3, 4], labels: { user: 'anna' } },
  ],
});

test('a link to a dashboard stays on this page, with its period and choices', () => {
  const url = '/d/seadragon-queue?${__url_time_range}&${datasource:queryparam}&${job:queryparam}&${instance:queryparam}';
  assert.equal(
    resolveLink(url, choices),
    '?dashboard=seadragon-queue&from=now-24h&to=now&refresh=15s&var-job=a&var-job=b',
  );
});

test('a link to a dashboard may have a readable name, and no query', () => {
  assert.equal(resolveLink('/d/seadragon-queue/queue', choices), '?dashboard=seadragon-queue&refresh=15s');
});

test('all variables at once', () => {
  assert.equal(
    resolveLink('/d/x?${__all_variables}', { ...choices, refresh: undefined }),
    '?dashboard=x&var-job=a&var-job=b',
  );
});

test('a link knows the row and the labels that it is in', () => {
  const place = { frame, field: frame.fields[1], row: 1 };
  assert.equal(
    resolveLink('https://example.org/?r=${__data.fields.route}&u=${__field.labels.user}&v=${__value.raw}', choices, place),
    'https://example.org/?r=%2Fa%20b%26c&u=anna&v=4',
  );
});

test('a value cannot make a link lead elsewhere', () => {
  const evil = createDataFrame({ fields: [{ name: 'x', type: FieldType.string, values: ['javascript:alert(1)'] }] });
  const place = { frame: evil, field: evil.fields[0], row: 0 };
  assert.equal(resolveLink('${__data.fields.x}', choices, place), undefined);
  assert.equal(resolveLink('javascript:alert(1)', choices), undefined);
});

test("Grafana's own pages are not here", () => {
  assert.equal(resolveLink('/explore?left=1', choices), undefined);
});
