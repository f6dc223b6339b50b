// Where panels stand: side by side without gaps, each of a type that can be drawn without Grafana too.
import type { PanelJson, Say } from './json.ts';

/** What the page of dashboards can draw; see grafana/viewer/src/panels. */
const drawable = new Set(['stat', 'gauge', 'bargauge', 'timeseries', 'table']);

const columns = 24;

export function lintType({ type }: PanelJson, say: Say): void {
  if (!drawable.has(type)) say(`the page of dashboards cannot draw a panel of the type ${type}`);
}

/** Each cell of the grid belongs to one panel, and a line that one panel is in has no gap. */
export function lintGrid(panels: PanelJson[], say: Say): void {
  const owners = new Map<string, string>();
  const filled = new Map<number, number>();
  for (const { title = '', gridPos } of panels) {
    if (!gridPos) {
      say(`panel "${title}": no place in the grid`);
      continue;
    }
    if (gridPos.x + gridPos.w > columns) say(`panel "${title}": wider than the grid`);
    const overlapped = new Set<string>();
    for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        const owner = owners.get(`${x},${y}`);
        if (owner !== undefined) overlapped.add(owner);
        owners.set(`${x},${y}`, title);
      }
      filled.set(y, (filled.get(y) ?? 0) + gridPos.w);
    }
    overlapped.forEach((other) => say(`panel "${title}": lies over "${other}"`));
  }
  const gaps = [...filled].filter(([, width]) => width < columns).map(([y]) => y);
  if (gaps.length) say(`lines of the grid with a gap: ${gaps.sort((a, b) => a - b).join(', ')}`);
}
