import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, longestScrapeInterval, parseDuration, rateInterval, stepOf } from './interval.ts';

const CONFIGURATION = `global:
  scrape_interval: 15s
  evaluation_interval: 1m
scrape_configs:
- job_name: seadragon
  honor_timestamps: true
  scrape_interval: 5s
- job_name: seadragon-exporter
  scrape_interval: 30s
- job_name: unrelated
  scrape_interval: 1h
`;

test('reads and writes durations', () => {
  assert.equal(parseDuration('1m30s'), 90);
  assert.equal(parseDuration('250ms'), 0.25);
  assert.equal(parseDuration(''), undefined);
  assert.equal(parseDuration('soon'), undefined);
  assert.equal(formatDuration(90), '90s');
  assert.equal(formatDuration(0.25), '250ms');
});

test('the longest interval of the jobs that are shown counts', () => {
  assert.equal(longestScrapeInterval(CONFIGURATION, ['seadragon']), 5);
  assert.equal(longestScrapeInterval(CONFIGURATION, ['seadragon', 'seadragon-exporter']), 30);
});

test('a job that is not in the configuration has the interval of all', () => {
  assert.equal(longestScrapeInterval(CONFIGURATION, ['renamed']), 15);
  assert.equal(longestScrapeInterval(CONFIGURATION, []), 15);
});

test('without a configuration it is 15 seconds', () => {
  assert.equal(longestScrapeInterval(undefined, ['seadragon']), 15);
});

test('a graph has at most a point for each pixel, and none between two scrapes', () => {
  const hour = 3600;
  assert.equal(stepOf(hour, 600, 15), 15);
  assert.equal(stepOf(24 * hour, 600, 15), 300);
  assert.equal(stepOf(30 * 24 * hour, 600, 15), 7200);
  for (const points of [50, 300, 1000]) {
    assert.ok((30 * 24 * hour) / stepOf(30 * 24 * hour, points, 15) <= points);
  }
});

test('a step that the dashboard asks for is kept as it is', () => {
  assert.equal(stepOf(3600, 600, 45), 45);
});

test('a rate has two samples even when a scrape is missed', () => {
  assert.equal(rateInterval(15, 15), 60);
  assert.equal(rateInterval(300, 15), 315);
});
