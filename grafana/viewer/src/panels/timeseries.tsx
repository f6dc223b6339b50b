import { DashboardCursorSync, EventBusSrv, getFieldDisplayName } from '@grafana/data';
import type { DataFrame } from '@grafana/data';
import { LegendDisplayMode } from '@grafana/schema';
import type { VizLegendOptions } from '@grafana/schema';
import { PanelContextProvider, SeriesVisibilityChangeMode, TimeSeries } from '@grafana/ui';
import type { PanelContext } from '@grafana/ui';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { Overlays } from '../graph/overlays.tsx';
import { SeriesTable } from '../graph/series_table.tsx';
import type { ViewProps } from './views.ts';

interface TimeSeriesOptions {
  legend?: Partial<VizLegendOptions>;
  tooltip?: { mode?: string; sort?: string };
}

const LEGEND: VizLegendOptions = {
  displayMode: LegendDisplayMode.List,
  placement: 'bottom',
  calcs: [],
  showLegend: true,
};
/** Narrower graphs have their legend below, wherever the dashboard would have it. */
const WIDTH_OF_TWO_COLUMNS = 480;

const eventBus = new EventBusSrv();

/** All series, of which those that the reader has put aside are not drawn. */
function onlyShown(frames: DataFrame[], shown: ReadonlySet<string> | undefined): DataFrame[] {
  if (!shown) return frames;
  return frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => {
      if (shown.has(getFieldDisplayName(field, frame, frames))) return field;
      const { custom } = field.config;
      const hideFrom = { ...custom?.hideFrom, viz: true };
      return { ...field, config: { ...field.config, custom: { ...custom, hideFrom } } };
    }),
  }));
}

/** A click on a name in the legend shows that series alone, another shows all; with a key held down, it adds one. */
function afterClick(
  shown: ReadonlySet<string> | undefined, name: string, mode: SeriesVisibilityChangeMode,
): ReadonlySet<string> | undefined {
  if (mode !== SeriesVisibilityChangeMode.AppendToSelection) {
    return shown?.size === 1 && shown.has(name) ? undefined : new Set([name]);
  }
  const changed = new Set(shown);
  if (!changed.delete(name)) changed.add(name);
  return changed.size ? changed : undefined;
}

/** Lines over time, with the alerts of that time and the requests that stand for single points. */
export function TimeSeriesView({ panel, frames, data, picture, width, height, zoom }: ViewProps): ReactNode {
  const options = (panel.options ?? {}) as TimeSeriesOptions;
  const [shown, setShown] = useState<ReadonlySet<string>>();
  const drawn = useMemo(() => onlyShown(frames, shown), [frames, shown]);
  const legend = useMemo<VizLegendOptions>(() => {
    const wanted = { ...LEGEND, ...options.legend };
    return width < WIDTH_OF_TWO_COLUMNS ? { ...wanted, placement: 'bottom' } : wanted;
  }, [options.legend, width]);
  const context = useMemo<PanelContext>(
    () => ({
      eventBus,
      eventsScope: 'dashboard',
      sync: () => DashboardCursorSync.Crosshair,
      onToggleSeriesVisibility: (label, mode) => {
        if (typeof label === 'string') setShown((now) => afterClick(now, label, mode));
      },
    }),
    [],
  );
  return (
    <PanelContextProvider value={context}>
      <TimeSeries
        frames={drawn}
        width={width}
        height={height}
        timeRange={picture.range}
        timeZone="browser"
        legend={legend}
        options={panel.options}
      >
        {(config, aligned) => (
          <Overlays
            config={config}
            frame={aligned}
            firings={picture.firings}
            exemplars={data.exemplars}
            sort={options.tooltip?.sort}
            zoom={zoom}
          />
        )}
      </TimeSeries>
      <SeriesTable title={panel.title} frames={frames} />
    </PanelContextProvider>
  );
}
