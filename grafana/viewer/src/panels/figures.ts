// The values that stat, gauge and bar gauge show: each series reduced to one.
import { getFieldDisplayValues } from '@grafana/data';
import type { FieldDisplay, GrafanaTheme2, ReduceDataOptions } from '@grafana/data';
import type { VizTextDisplayOptions } from '@grafana/schema';
import type { ViewProps } from './views.ts';

/** Options that these panels share. */
export interface FigureOptions {
  reduceOptions?: Partial<ReduceDataOptions>;
  orientation?: string;
  text?: VizTextDisplayOptions;
}

export function figures(
  { panel, frames }: ViewProps, theme: GrafanaTheme2, sparkline = false, percentChange = false,
): FieldDisplay[] {
  const { reduceOptions } = (panel.options ?? {}) as FigureOptions;
  return getFieldDisplayValues({
    data: frames,
    fieldConfig: panel.fieldConfig ?? { defaults: {}, overrides: [] },
    reduceOptions: { calcs: ['lastNotNull'], ...reduceOptions },
    replaceVariables: (text) => text,
    theme,
    sparkline,
    percentChange,
    timeZone: 'browser',
  });
}
