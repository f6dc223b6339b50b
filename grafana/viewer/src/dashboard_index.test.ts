import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexOf } from '../dashboard_index.mjs';

const file = (name: string, content: object) => ({ file: `${name}.json`, json: JSON.stringify(content) });

test('lists the overview first and the others by their title', () => {
  const found = indexOf([
    file('b', { uid: 'b', title: 'Seadragon / Queue', description: 'What waits.' }),
    file('c', { uid: 'seadragon-overview', title: 'Seadragon / Overview' }),
    file('a', { uid: 'a', title: 'Seadragon / Generation' }),
  ]);
  assert.deepEqual(found.map(({ uid }) => uid), ['seadragon-overview', 'a', 'b']);
  assert.deepEqual(found[2], { uid: 'b', title: 'Seadragon / Queue', description: 'What waits.', file: 'b.json' });
});

test('names the file that is no dashboard', () => {
  assert.throws(() => indexOf([file('x', { title: 'no uid' })]), /x\.json/);
  assert.throws(() => indexOf([{ file: 'y.json', json: '{' }]), /y\.json/);
});

test('names the file whose uid is taken', () => {
  assert.throws(() => indexOf([file('x', { uid: 'u', title: 'X' }), file('y', { uid: 'u', title: 'Y' })]), /y\.json.*u/);
});
