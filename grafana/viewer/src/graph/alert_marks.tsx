import { dateTimeFormat } from '@grafana/data';
import { Tooltip, useTheme2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import type { Firing } from '../alerts.ts';
import { areaOf, useDrawHook, usePlot } from './plot.ts';
import type { PlotProps } from './plot.ts';

const time = (seconds: number) => dateTimeFormat(seconds * 1000, { format: 'HH:mm:ss' });

/** Name, which one, and when. */
export function describe({ name, labels, start, end }: Firing): string {
  const which = Object.entries(labels).map(([label, value]) => `${label}=${value}`).join(', ');
  return `${name}${which && ` (${which})`}, firing ${time(start)} to ${time(end)}`;
}

/** A band for each time at which an alert was firing, and below it a mark that tells its name. */
export function AlertMarks({ config, firings }: PlotProps & { firings: Firing[] }): ReactNode {
  const theme = useTheme2();
  useDrawHook(config, (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const { start, end, color } of firings) {
      const from = plot.valToPos(start * 1000, 'x', true);
      const to = plot.valToPos(end * 1000, 'x', true);
      ctx.globalAlpha = 0.12;
      ctx.fillStyle = theme.visualization.getColorByName(color);
      ctx.fillRect(from, bbox.top, Math.max(to - from, devicePixelRatio), bbox.height);
      ctx.globalAlpha = 0.9;
      ctx.fillRect(from, bbox.top, devicePixelRatio, bbox.height);
    }
    ctx.restore();
  });
  const plot = usePlot(config);
  if (!plot) return null;
  const { left, top, width, height } = areaOf(plot);
  return firings.map((firing) => {
    const at = Math.min(Math.max(plot.valToPos(firing.start * 1000, 'x'), 0), width);
    return (
      <Tooltip key={describe(firing)} content={describe(firing)}>
        <span
          className="alert-mark"
          role="img"
          aria-label={describe(firing)}
          style={{ left: left + at, top: top + height, borderBottomColor: theme.visualization.getColorByName(firing.color) }}
        />
      </Tooltip>
    );
  });
}
