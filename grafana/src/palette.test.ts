// What the colours of series say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paint } from './palette.ts';

interface Drawn {
  color: string | undefined;
  isDashed: boolean;
}

/** How a series of this name is drawn in a graph of these legends; of several overrides the last holds. */
function drawn(name: string, ...legends: string[]): Drawn {
  const properties = paint(legends)
    .filter(({ pattern }) => new RegExp(pattern).test(name))
    .flatMap((override) => override.properties);
  const color = properties.filter(({ id }) => id === 'color').pop()?.value as { fixedColor: string } | undefined;
  return { color: color?.fixedColor, isDashed: properties.some(({ id }) => id === 'custom.lineStyle') };
}

const colorsOf: Array<[legend: string, colors: Record<string, string>]> = [
  ['{{status}}', { 200: 'green', 304: 'blue', 404: 'orange', 503: 'red' }],
  ['{{outcome}}', { completed: 'green', client_abort: 'orange', error: 'red', abandoned: 'dark-red' }],
  ['{{reason}}', { cancelled_running: 'orange', timeout_running: 'dark-yellow', error: 'red' }],
  ['{{kind}}', { prompt: 'blue', completion: 'green' }],
  ['{{instance}} GPU {{gpu}} {{kind}}', { 'llm1 GPU 0 corrected': 'yellow', 'llm1 GPU 0 uncorrected': 'red' }],
  ['{{model}} {{phase}}', { 'large prefill': 'blue', 'large decode': 'green' }],
  ['p99', { p99: 'purple' }],
];

for (const [legend, colors] of colorsOf) {
  test(`${legend} has its colours`, () => {
    for (const [name, color] of Object.entries(colors)) assert.equal(drawn(name, legend).color, color, name);
  });
}

test('every limit is a dashed red line, whatever it limits', () => {
  for (const name of ['Threshold', 'limit', 'chat capacity', 'chat slots', 'llm1 GPU 0 limit', 'most open files']) {
    assert.deepEqual(drawn(name, name), { color: 'red', isDashed: true }, name);
  }
});

test('what is below a limit is a line of its own', () => {
  const waiting = drawn('chat waiting', '{{queue}} waiting', '{{queue}} capacity');
  assert.deepEqual(waiting, { color: 'yellow', isDashed: false });
});

test('an instance has a colour by its place, whatever it is called', () => {
  assert.deepEqual(drawn('completed', '{{instance}}'), { color: undefined, isDashed: false });
});
