import { Tooltip, useTheme2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { describe } from '../alerts.ts';
import type { Firing } from '../alerts.ts';
import { areaOf, useDrawHook, usePlot } from './plot.ts';
import type { PlotProps } from './plot.ts';

/** Pixels: marks that are nearer to each other are one. */
const DISTANCE = 12;

interface Mark {
  at: number;
  firings: Firing[];
}

/** Where the marks are, from left to right. */
export function marksOf(firings: Firing[], positionOf: (firing: Firing) => number): Mark[] {
  const marks: Mark[] = [];
  const inOrder = firings.map((firing) => ({ at: positionOf(firing), firing })).sort((a, b) => a.at - b.at);
  for (const { at, firing } of inOrder) {
    const last = marks.at(-1);
    if (last && at - last.at < DISTANCE) last.firings.push(firing);
    else marks.push({ at, firings: [firing] });
  }
  return marks;
}

/** A band for each time at which an alert was firing, and below it a mark that tells its name. */
export function AlertMarks({ config, firings }: PlotProps & { firings: Firing[] }): ReactNode {
  const { visualization } = useTheme2();
  useDrawHook(config, (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const { start, end, color } of firings) {
      const from = plot.valToPos(start * 1000, 'x', true);
      const to = plot.valToPos(end * 1000, 'x', true);
      ctx.fillStyle = visualization.getColorByName(color);
      ctx.globalAlpha = 0.08;
      ctx.fillRect(from, bbox.top, Math.max(to - from, devicePixelRatio), bbox.height);
      ctx.globalAlpha = 0.7;
      ctx.fillRect(from, bbox.top, devicePixelRatio, bbox.height);
    }
    ctx.restore();
  });
  const plot = usePlot(config);
  if (!plot) return null;
  const { left, top, width, height } = areaOf(plot);
  const positionOf = ({ start }: Firing) => Math.min(Math.max(plot.valToPos(start * 1000, 'x'), 0), width);
  return marksOf(firings, positionOf).map((mark) => (
    <Tooltip key={mark.at} content={<div className="description">{mark.firings.map(describe).join('\n')}</div>}>
      <span
        className="alert-mark"
        style={{
          left: left + mark.at,
          top: top + height,
          borderBottomColor: visualization.getColorByName(mark.firings[0].color),
        }}
      />
    </Tooltip>
  ));
}
