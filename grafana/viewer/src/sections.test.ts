import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dashboard, Panel } from './dashboard.ts';
import { sections } from './sections.ts';

function panel(id: number, type: string, x: number, y: number, part: Partial<Panel> = {}): Panel {
  return { id, type, title: `panel ${id}`, gridPos: { x, y, w: 12, h: 4 }, ...part };
}
const dashboard = (...panels: Panel[]): Dashboard => ({ uid: 'x', title: 'x', panels });

test('a row holds the panels below it, counted from its own top', () => {
  const [first, second] = sections(
    dashboard(panel(5, 'stat', 12, 5), panel(1, 'stat', 0, 0), panel(3, 'row', 0, 4), panel(4, 'stat', 0, 5)),
  );
  assert.equal(first.row, undefined);
  assert.deepEqual(first.panels.map(({ id }) => id), [1]);
  assert.equal(second.row?.id, 3);
  assert.deepEqual(second.panels.map(({ id, gridPos }) => [id, gridPos.y]), [[4, 0], [5, 0]]);
});

test('a closed row brings its panels along', () => {
  const hidden = panel(2, 'stat', 0, 7);
  const found = sections(
    dashboard(panel(1, 'row', 0, 0, { collapsed: true, panels: [hidden] }), panel(3, 'row', 0, 1), panel(4, 'stat', 0, 2)),
  );
  assert.deepEqual(found.map(({ panels }) => panels.map(({ id }) => id)), [[2], [4]]);
  assert.equal(found[0].panels[0].gridPos.y, 0);
});
