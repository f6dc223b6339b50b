// What is drawn over a graph hangs on the hooks of the plot below it.
import type { UPlotConfigBuilder } from '@grafana/ui';
import { useLayoutEffect, useRef, useState } from 'react';
import type uPlot from 'uplot';

export interface PlotProps {
  config: UPlotConfigBuilder;
}

/** Calls `draw` after each drawing of the plot. */
export function useDrawHook(config: UPlotConfigBuilder, draw: (plot: uPlot) => void): void {
  const latest = useRef(draw);
  latest.current = draw;
  useLayoutEffect(() => {
    let isMounted = true;
    config.addHook('draw', (plot) => {
      if (isMounted) latest.current(plot);
    });
    return () => {
      isMounted = false;
    };
  }, [config]);
}

/** The plot, once it is drawn, and again after each drawing: its scales may have changed. */
export function usePlot(config: UPlotConfigBuilder): uPlot | undefined {
  const [drawn, setDrawn] = useState<{ plot?: uPlot }>({});
  useDrawHook(config, (plot) => setDrawn({ plot }));
  return drawn.plot;
}

/** Where the plot's own area lies in its element, in pixels of the page. */
export function areaOf(plot: uPlot): { left: number; top: number; width: number; height: number } {
  const { offsetLeft: left, offsetTop: top, clientWidth: width, clientHeight: height } = plot.over;
  return { left, top, width, height };
}
