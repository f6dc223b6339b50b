// What must be the same on all dashboards: a panel that stands on two of them, and what a colour means.
import type { DashboardJson, PanelJson } from './lint.ts';

/** A panel without what depends on where it stands. */
function essence({ id: _id, gridPos: _place, links: _links, ...panel }: PanelJson): string {
  const text = JSON.stringify(panel, (key, value) => (key === 'links' ? undefined : value));
  return text;
}

export function lintTwins(files: Map<string, DashboardJson>): string[] {
  const first = new Map<string, { file: string; panel: PanelJson }>();
  const faults: string[] = [];
  for (const [file, dashboard] of files) {
    for (const panel of dashboard.panels ?? []) {
      if (panel.type === 'row' || !panel.title) continue;
      const twin = first.get(panel.title);
      if (!twin) first.set(panel.title, { file, panel });
      else if (essence(twin.panel) !== essence(panel)) {
        faults.push(`${file}: panel "${panel.title}": another panel of this title is in ${twin.file}`);
      }
    }
  }
  return faults;
}

/** The colours that a panel gives to series of a name. */
function colorsOf({ fieldConfig }: PanelJson): Array<[name: string, color: string]> {
  return (fieldConfig?.overrides ?? []).flatMap(({ matcher, properties }) =>
    properties
      .filter(({ id }) => id === 'color')
      .map(({ value }): [string, string] => [matcher.options, (value as { fixedColor: string }).fixedColor]),
  );
}

export function lintColors(files: Map<string, DashboardJson>): string[] {
  const meanings = new Map<string, string>();
  const faults: string[] = [];
  for (const [file, { panels = [] }] of files) {
    for (const panel of panels) {
      for (const [name, color] of colorsOf(panel)) {
        const known = meanings.get(name) ?? color;
        meanings.set(name, known);
        if (known !== color) faults.push(`${file}: panel "${panel.title}": ${name} is ${color} here and ${known} elsewhere`);
      }
    }
  }
  return faults;
}
