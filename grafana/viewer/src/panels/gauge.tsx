import { formattedValueToString, VizOrientation } from '@grafana/data';
import type { FieldDisplay } from '@grafana/data';
import { useTheme2, VizRepeater } from '@grafana/ui';
import type { ReactNode } from 'react';
import { figures } from './figures.ts';
import { Linked } from './linked.tsx';
import type { ViewProps } from './views.ts';

// Grafana's own gauge is not in the published packages. This one is an arc of 240 degrees.
const SWEEP = (240 / 180) * Math.PI;
const RADIUS = 40;
const FROM = Math.PI / 2 + (2 * Math.PI - SWEEP) / 2;

function arc(part: number): string {
  const point = (angle: number) => `${50 + RADIUS * Math.cos(angle)} ${50 + RADIUS * Math.sin(angle)}`;
  const to = FROM + SWEEP * part;
  return `M ${point(FROM)} A ${RADIUS} ${RADIUS} 0 ${SWEEP * part > Math.PI ? 1 : 0} 1 ${point(to)}`;
}

/** Which part of the scale is filled: 0 to 1. */
function partOf({ display, field }: FieldDisplay): number {
  const [least, most] = [field.min ?? 0, field.max ?? 100];
  const part = (display.numeric - least) / (most - least);
  return Number.isFinite(part) ? Math.min(Math.max(part, 0), 1) : 0;
}

function Gauge({ figure, width, height }: { figure: FieldDisplay; width: number; height: number }): ReactNode {
  const { display } = figure;
  const part = partOf(figure);
  return (
    <svg className="gauge" viewBox="0 0 100 86" width={width} height={height} role="img"
      aria-label={`${display.title ?? ''} ${formattedValueToString(display)}`}>
      <path className="gauge-scale" d={arc(1)} />
      {part > 0 && <path className="gauge-value" d={arc(part)} stroke={display.color} />}
      <text x="50" y="54" fill={display.color} className="gauge-text">{formattedValueToString(display)}</text>
      {display.title && <text x="50" y="82" className="gauge-title">{display.title}</text>}
    </svg>
  );
}

/** An arc for each value, filled between the least and the greatest that the dashboard names. */
export function GaugeView(props: ViewProps): ReactNode {
  const theme = useTheme2();
  return (
    <VizRepeater<FieldDisplay>
      source={props.frames}
      renderCounter={0}
      width={props.width}
      height={props.height}
      orientation={VizOrientation.Auto}
      itemSpacing={8}
      autoGrid
      getValues={() => figures(props, theme)}
      renderValue={({ value: figure, width, height }) => (
        <Linked figure={figure}>
          <Gauge figure={figure} width={width} height={height} />
        </Linked>
      )}
    />
  );
}
