import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseValue, seriesFrame, tableFrame } from './frames.ts';
import { legend } from './legend.ts';
import type { Series } from './prometheus.ts';

test('a format fills in labels', () => {
  assert.equal(legend('{{route}} {{ status }}', { route: '/v1', status: '200' }), '/v1 200');
  assert.equal(legend('p95', { le: '1' }), 'p95');
  assert.equal(legend('{{nope}}', {}), '');
});

test('without a format a series is called after its labels', () => {
  assert.equal(legend(undefined, { __name__: 'up', job: 'a' }), 'up{job="a"}');
  assert.equal(legend('__auto', { job: 'a' }), '{job="a"}');
  assert.equal(legend('', {}), 'Value');
});

test('reads infinity as Prometheus writes it', () => {
  assert.equal(parseValue('+Inf'), Infinity);
  assert.equal(parseValue('-Inf'), -Infinity);
  assert.ok(Number.isNaN(parseValue('NaN')));
  assert.equal(parseValue('1e3'), 1000);
});

test('a series becomes a frame with the time in milliseconds and the step between its points', () => {
  const series: Series = { metric: { route: '/v1' }, samples: [[100, '1'], [115, '2']] };
  const [time, value] = seriesFrame({ refId: 'A', expr: '', legendFormat: '{{route}}' }, 15, series).fields;
  assert.deepEqual([...time.values], [100_000, 115_000]);
  assert.equal(time.config.interval, 15_000);
  assert.deepEqual([...value.values], [1, 2]);
  assert.equal(value.config.displayNameFromDS, '/v1');
});

test('a table has a row for each series and a column for each label', () => {
  const found: Series[] = [
    { metric: { route: '/a', status: '200' }, samples: [[1, '5']] },
    { metric: { route: '/b' }, samples: [[1, '6']] },
  ];
  const frame = tableFrame({ refId: 'A', expr: '' }, found, false);
  assert.deepEqual(frame.fields.map(({ name }) => name), ['Time', 'route', 'status', 'Value']);
  assert.deepEqual([...frame.fields[2].values], ['200', '']);
  assert.deepEqual(tableFrame({ refId: 'B', expr: '' }, found, true).fields.at(-1)!.name, 'Value #B');
});
