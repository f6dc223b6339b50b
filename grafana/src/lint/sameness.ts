// What must be the same on all dashboards: a panel that stands on two of them, and what a colour means.
import { isRow, panelsOf } from './json.ts';
import type { DashboardJson, OverrideJson, PanelJson, Say } from './json.ts';

/** A panel without what depends on where it stands: its place, and where it leads to. */
function essence({ id: _id, gridPos: _place, ...panel }: PanelJson): string {
  return JSON.stringify(panel, (key, value) => (key === 'links' ? undefined : value));
}

function sayOf(file: string, { title = '' }: PanelJson, faults: string[]): Say {
  return (fault) => faults.push(`${file}: panel "${title}": ${fault}`);
}

function drawnIn(files: Map<string, DashboardJson>): Array<[file: string, panel: PanelJson]> {
  return [...files].flatMap(([file, dashboard]) =>
    panelsOf(dashboard).flatMap((panel): Array<[string, PanelJson]> => (isRow(panel) ? [] : [[file, panel]])),
  );
}

export function lintTwins(files: Map<string, DashboardJson>): string[] {
  const first = new Map<string, { file: string; panel: PanelJson }>();
  const faults: string[] = [];
  for (const [file, panel] of drawnIn(files)) {
    if (!panel.title) continue;
    const twin = first.get(panel.title);
    if (!twin) first.set(panel.title, { file, panel });
    else if (essence(twin.panel) !== essence(panel)) {
      sayOf(file, panel, faults)(`another panel of this title is in ${twin.file}`);
    }
  }
  return faults;
}

function fits({ id, options }: OverrideJson['matcher'], name: string): boolean {
  return id === 'byRegexp' ? new RegExp(options.replace(/^\/|\/$/g, '')).test(name) : options === name;
}

function colorOf({ properties }: OverrideJson): string {
  const color = properties.find(({ id }) => id === 'color')?.value;
  const { fixedColor, mode } = color as { fixedColor: string; mode: string };
  return mode === 'fixed' ? fixedColor : `${mode} of ${fixedColor}`;
}

/** The colours that a graph gives: to names, and to what labels name by the patterns that are meant for them. */
function meaningsOf({ targets = [], fieldConfig }: PanelJson): Array<[name: string, color: string]> {
  const legends = targets.map(({ legendFormat = '' }) => ({
    legend: legendFormat,
    isLabel: /^(\{\{\w+\}\}\s*)+$/.test(legendFormat),
    example: legendFormat.replace(/\{\{\w+\}\}/g, 'x'),
  }));
  const painted = (fieldConfig?.overrides ?? []).filter((o) => o.properties.some(({ id }) => id === 'color'));
  const ofLabels = painted.filter(({ matcher }) => !legends.some(({ example }) => fits(matcher, example)));
  const byPlace = 'a colour by its place';
  return [
    ...painted.map((override): [string, string] => [override.matcher.options, colorOf(override)]),
    ...legends.map(({ legend, isLabel, example }): [string, string] => {
      const own = isLabel ? ofLabels : painted.filter(({ matcher }) => fits(matcher, example)).slice(-1);
      return [legend, own.map(colorOf).join(', ') || byPlace];
    }),
  ];
}

export function lintColors(files: Map<string, DashboardJson>): string[] {
  const known = new Map<string, string>();
  const faults: string[] = [];
  for (const [file, panel] of drawnIn(files)) {
    if (panel.type !== 'timeseries') continue;
    for (const [name, color] of meaningsOf(panel)) {
      const meaning = known.get(name) ?? color;
      known.set(name, meaning);
      if (meaning !== color) sayOf(file, panel, faults)(`${name} has ${color} here and ${meaning} elsewhere`);
    }
  }
  return faults;
}
