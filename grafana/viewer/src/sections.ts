// A dashboard as the page lays it out: sections one below the other, each with a grid of its own.
import type { Dashboard, Panel } from './dashboard.ts';

export interface Section {
  /** The title of the row above the panels; the first panels may have none. */
  row?: Panel;
  /** From top left to bottom right; `gridPos.y` counts from the top of the section. */
  panels: Panel[];
}

const byPosition = (a: Panel, b: Panel) => a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x;

function fromItsTop({ row, panels }: Section): Section {
  const top = Math.min(...panels.map(({ gridPos }) => gridPos.y));
  const moved = panels.map((panel) => ({ ...panel, gridPos: { ...panel.gridPos, y: panel.gridPos.y - top } }));
  return { row, panels: moved.sort(byPosition) };
}

/** A closed row holds its panels itself, an open one is followed by them. */
export function sections(dashboard: Dashboard): Section[] {
  const found: Section[] = [{ panels: [] }];
  for (const panel of [...dashboard.panels].sort(byPosition)) {
    if (panel.type === 'row') found.push({ row: panel, panels: [...(panel.panels ?? [])] });
    else found.at(-1)!.panels.push(panel);
  }
  return found.filter(({ row, panels }) => row || panels.length).map(fromItsTop);
}
