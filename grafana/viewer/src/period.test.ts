import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spanOf, timeRange } from './period.ts';

const NOW = 1_700_000_000_000;

test('reads a period that ends now', () => {
  const { start, end } = spanOf(timeRange('now-24h', 'now', NOW));
  assert.equal(end, NOW / 1000);
  assert.equal(end - start, 86_400);
});

test('reads fixed times, in milliseconds or as ISO writes them', () => {
  assert.deepEqual(spanOf(timeRange('1600000000000', '1600003600000', NOW)), { start: 1_600_000_000, end: 1_600_003_600 });
  assert.equal(spanOf(timeRange('2023-11-14T21:13:20Z', 'now', NOW)).start, NOW / 1000 - 3600);
});

test('says which time it cannot read', () => {
  assert.throws(() => timeRange('yesterday', 'now', NOW), /yesterday/);
  assert.throws(() => timeRange('now', 'now-1h', NOW), /empty/);
});
