import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexOf } from '../dashboard_index.mjs';

const file = (name: string, content: object) => ({ file: `${name}.json`, json: JSON.stringify(content) });

test('lists our own dashboards from the general to the particular, then others by their title', () => {
  const found = indexOf([
    file('b', { uid: 'b', title: 'My second', description: 'What waits.' }),
    file('q', { uid: 'seadragon-queue', title: 'Seadragon / Queue' }),
    file('a', { uid: 'a', title: 'My first' }),
    file('o', { uid: 'seadragon-overview', title: 'Seadragon / Overview' }),
  ]);
  assert.deepEqual(found.map(({ uid }) => uid), ['seadragon-overview', 'seadragon-queue', 'a', 'b']);
  assert.deepEqual(found[3], { uid: 'b', title: 'My second', description: 'What waits.', file: 'b.json' });
});

test('names the file that is no dashboard', () => {
  assert.throws(() => indexOf([file('x', { title: 'no uid' })]), /x\.json/);
  assert.throws(() => indexOf([{ file: 'y.json', json: '{' }]), /y\.json/);
});

test('names the file whose uid is taken', () => {
  const files = [file('x', { uid: 'u', title: 'X' }), file('y', { uid: 'u', title: 'Y' })];
  assert.throws(() => indexOf(files), /y\.json.*u/);
});
