// The panel types that this page can draw.
import type { DataFrame } from '@grafana/data';
import type { ReactNode } from 'react';
import type { Panel } from '../dashboard.ts';
import type { PanelData, Picture } from '../load.ts';
import { BarGaugeView } from './bargauge.tsx';
import { GaugeView } from './gauge.tsx';
import { StatView } from './stat.tsx';
import { TableView } from './table.tsx';
import { TimeSeriesView } from './timeseries.tsx';

export interface ViewProps {
  panel: Panel;
  /** With units, colours and links. */
  frames: DataFrame[];
  data: PanelData;
  picture: Picture;
  width: number;
  height: number;
  /** Shows a part of the period: Unix milliseconds. */
  zoom: (span: { from: string; to: string }) => void;
}

export type View = (props: ViewProps) => ReactNode;

const VIEWS: Record<string, View> = {
  bargauge: BarGaugeView,
  gauge: GaugeView,
  stat: StatView,
  table: TableView,
  timeseries: TimeSeriesView,
};

export function viewOf(type: string): View | undefined {
  return Object.hasOwn(VIEWS, type) ? VIEWS[type] : undefined;
}
