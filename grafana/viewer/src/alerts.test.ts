import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firings, lookingBack } from './alerts.ts';
import { marksOf } from './graph/alert_marks.tsx';

const ALERT = { __name__: 'ALERTS', alertstate: 'firing', alertname: 'SeadragonQueueLong', instance: 'a' };
const at = (...times: number[]) => times.map((time): [number, string] => [time, '1']);

test('points without a gap are one time of firing', () => {
  const found = firings({ color: 'red', step: 10 }, [{ metric: ALERT, samples: at(100, 110, 120, 200, 210) }]);
  const times = found.map(({ start, end }) => [start, end]);
  assert.deepEqual(times, [[90, 120], [190, 210]]);
  assert.equal(found[0].name, 'SeadragonQueueLong');
  assert.deepEqual(found[0].labels, { instance: 'a' });
});

test('each point looks back to the one before, so that no short alert is missed', () => {
  assert.equal(lookingBack('ALERTS{alertstate="firing"}', 60), 'max_over_time(ALERTS{alertstate="firing"}[60s])');
  assert.equal(lookingBack('sum(ALERTS)', 60), 'sum(ALERTS)');
});

test('marks that would cover each other are one', () => {
  const all = firings({ color: 'red', step: 1 }, [{ metric: ALERT, samples: at(10, 15, 60) }]);
  const marks = marksOf(all, ({ start }) => start);
  assert.deepEqual(marks.map(({ at: position, firings: own }) => [position, own.length]), [[9, 2], [59, 1]]);
});
