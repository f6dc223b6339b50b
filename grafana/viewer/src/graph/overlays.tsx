import type { DataFrame } from '@grafana/data';
import type { UPlotConfigBuilder } from '@grafana/ui';
import { useLayoutEffect } from 'react';
import type { ReactNode } from 'react';
import type { Firing } from '../alerts.ts';
import type { Exemplar } from '../prometheus.ts';
import { AlertMarks } from './alert_marks.tsx';
import { ExemplarMarks } from './exemplar_marks.tsx';
import { GraphTooltip } from './graph_tooltip.tsx';

interface Props {
  config: UPlotConfigBuilder;
  /** All series, on the same points of time. */
  frame: DataFrame;
  firings: Firing[];
  exemplars: Exemplar[];
  sort?: string;
  zoom: (span: { from: string; to: string }) => void;
}

/** Pixels: half of a time's label, which would otherwise be cut off at the right edge. */
const ROOM_AT_THE_RIGHT = 18;

/** What lies over the lines of a graph. */
export function Overlays({ config, frame, firings, exemplars, sort, zoom }: Props): ReactNode {
  useLayoutEffect(() => config.setPadding([null, ROOM_AT_THE_RIGHT, null, null]), [config]);
  return (
    <>
      <GraphTooltip config={config} frame={frame} firings={firings} sort={sort} zoom={zoom} />
      <AlertMarks config={config} firings={firings} />
      <ExemplarMarks config={config} exemplars={exemplars} frame={frame} />
    </>
  );
}
