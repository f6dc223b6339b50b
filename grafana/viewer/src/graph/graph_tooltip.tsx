import { DashboardCursorSync, dateTimeFormat } from '@grafana/data';
import type { DataFrame } from '@grafana/data';
import { SortOrder, TooltipDisplayMode } from '@grafana/schema';
import {
  getFieldDisplayItems, getFieldDisplayLinks, TooltipPlugin2, VizTooltipContent, VizTooltipFooter, VizTooltipHeader,
  VizTooltipWrapper,
} from '@grafana/ui';
import type { ReactNode } from 'react';
import type { Firing } from '../alerts.ts';
import type { PlotProps } from './plot.ts';

interface Props extends PlotProps {
  frame: DataFrame;
  firings: Firing[];
  sort?: string;
  zoom: (span: { from: string; to: string }) => void;
}

// TooltipHoverMode.xAll: whatever the pointer is near to, all series of that time. The package does not export it.
const ALL_SERIES = 1;
const SORT: Record<string, SortOrder> = { asc: SortOrder.Ascending, desc: SortOrder.Descending };

/** The values of all series at the pointer; a click keeps them there, with their links; dragging zooms in. */
export function GraphTooltip({ config, frame, firings, sort = '', zoom }: Props): ReactNode {
  const [times] = frame.fields;
  return (
    <TooltipPlugin2
      config={config}
      hoverMode={ALL_SERIES}
      syncMode={DashboardCursorSync.Crosshair}
      syncScope="dashboard"
      maxWidth={420}
      queryZoom={({ from, to }) => zoom({ from: String(Math.round(from)), to: String(Math.round(to)) })}
      getDataLinks={(series, row) => getFieldDisplayLinks(frame.fields[series], row)}
      render={(_plot, rows, series, isPinned, _dismiss, _range, _viaSync, dataLinks) => {
        const row = rows.find((each) => each !== null && each !== undefined);
        if (row === undefined || row === null) return null;
        const at = times.values[row] as number;
        const items = getFieldDisplayItems(
          frame.fields, times, rows, series, TooltipDisplayMode.Multi, SORT[sort] ?? SortOrder.None,
        );
        const current = firings.filter(({ start, end }) => start * 1000 <= at && at <= end * 1000);
        return (
          <VizTooltipWrapper>
            <VizTooltipHeader item={{ label: '', value: dateTimeFormat(at) }} isPinned={isPinned} />
            <VizTooltipContent items={items} isPinned={isPinned} scrollable={isPinned} maxHeight={320} />
            {current.map(({ name, labels }) => (
              <p key={name + JSON.stringify(labels)} className="tooltip-alert">Firing: {name}</p>
            ))}
            {isPinned && dataLinks.length > 0 && <VizTooltipFooter dataLinks={dataLinks} />}
          </VizTooltipWrapper>
        );
      }}
    />
  );
}
