// Units, colours and all else that a dashboard says of a field, applied to data frames.
import {
  applyFieldOverrides, FieldConfigOptionsRegistry, formattedValueToString, identityOverrideProcessor, ThresholdsMode,
} from '@grafana/data';
import type { DataFrame, Field, FieldConfigPropertyItem, GrafanaTheme2, LinkModel } from '@grafana/data';
import type { Panel } from './dashboard.ts';
import { resolveLink } from './links.ts';
import type { Choices } from './links.ts';

// Grafana's core registers the options of each panel type; the published packages leave them out.
const STANDARD = [
  'unit', 'min', 'max', 'fieldMinMax', 'decimals', 'displayName', 'color', 'thresholds', 'mappings', 'links',
  'noValue', 'filterable', 'description',
];
const CUSTOM = [
  'drawStyle', 'lineInterpolation', 'lineWidth', 'lineStyle', 'lineColor', 'fillOpacity', 'fillColor',
  'fillBelowTo', 'gradientMode', 'showPoints', 'pointSize', 'pointColor', 'spanNulls', 'insertNulls', 'stacking',
  'transform', 'barAlignment', 'barWidthFactor', 'barMaxWidth', 'thresholdsStyle', 'hideFrom', 'scaleDistribution',
  'axisPlacement', 'axisLabel', 'axisWidth', 'axisSoftMin', 'axisSoftMax', 'axisGridShow', 'axisCenteredZero',
  'axisColorMode', 'axisBorderShow', 'align', 'width', 'minWidth', 'cellOptions', 'hidden', 'inspect',
  'neutral',
];

function option(path: string, isCustom: boolean): FieldConfigPropertyItem {
  return {
    id: isCustom ? `custom.${path}` : path,
    path,
    name: path,
    isCustom,
    process: identityOverrideProcessor,
    shouldApply: () => true,
    editor: () => null,
    override: () => null,
    settings: {},
  };
}

const registry = new FieldConfigOptionsRegistry(() => [
  ...STANDARD.map((path) => option(path, false)),
  ...CUSTOM.map((path) => option(path, true)),
]);

// What a graph looks like where its dashboard says nothing.
const GRAPH = {
  drawStyle: 'line',
  lineInterpolation: 'linear',
  lineWidth: 1,
  fillOpacity: 0,
  showPoints: 'auto',
  pointSize: 5,
  axisPlacement: 'auto',
  scaleDistribution: { type: 'linear' },
  hideFrom: { legend: false, tooltip: false, viz: false },
  thresholdsStyle: { mode: 'off' },
  stacking: { mode: 'none', group: 'A' },
  spanNulls: false,
  insertNulls: false,
};

/** A value links to where its dashboard says, as far as that is on this page or on the web. */
function linksOf(field: Field, frame: DataFrame, choices: Choices): Field['getLinks'] {
  return ({ valueRowIndex: row, calculatedValue: value }) =>
    (field.config.links ?? []).flatMap(({ title, url, targetBlank }): Array<LinkModel<Field>> => {
      const href = resolveLink(url ?? '', choices, { frame, field, row, value });
      return href ? [{ href, title, target: targetBlank ? '_blank' : '_self', origin: field }] : [];
    });
}

/** The frames as the panel shows them; those that were handed in stay as they are. */
export function withFieldConfig(panel: Panel, data: DataFrame[], theme: GrafanaTheme2, choices: Choices): DataFrame[] {
  const isGraph = panel.type === 'timeseries';
  const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
  const frames = applyFieldOverrides({
    data,
    fieldConfig: {
      defaults: {
        color: { mode: isGraph ? 'palette-classic' : 'thresholds' },
        // Without any, Grafana paints everything from 80 up red.
        thresholds: { mode: ThresholdsMode.Absolute, steps: [{ value: -Infinity, color: 'text' }] },
        ...defaults,
        custom: { ...(isGraph && GRAPH), ...defaults.custom },
      },
      overrides,
    },
    fieldConfigRegistry: registry,
    replaceVariables: (text) => text,
    theme,
    timeZone: 'browser',
  });
  for (const frame of frames) for (const field of frame.fields) field.getLinks = linksOf(field, frame, choices);
  return frames;
}

/** A value as a reader sees it. */
export function textOf(field: Field, value: unknown): string {
  return field.display ? formattedValueToString(field.display(value)) : String(value);
}
