import { dateTimeFormat } from '@grafana/data';
import type { DataFrame } from '@grafana/data';
import { Toggletip } from '@grafana/ui';
import { useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { textOf } from '../field_config.ts';
import type { Exemplar } from '../prometheus.ts';
import { areaOf, usePlot } from './plot.ts';
import type { PlotProps } from './plot.ts';

interface Props extends PlotProps {
  exemplars: Exemplar[];
  /** The series, in the scale and unit of which the exemplars are. */
  frame: DataFrame;
}

/** Pixels: of the exemplars that would cover each other, the one with the greatest value is shown. */
const DISTANCE = 10;

/** One exemplar for each stretch of the time axis. */
export function thinned(exemplars: Exemplar[], stretchOf: (exemplar: Exemplar) => number): Exemplar[] {
  const best = new Map<number, Exemplar>();
  for (const exemplar of exemplars) {
    const stretch = stretchOf(exemplar);
    if (exemplar.value > (best.get(stretch)?.value ?? -Infinity)) best.set(stretch, exemplar);
  }
  return [...best.values()].sort((a, b) => a.timestamp - b.timestamp);
}

function CopyButton({ text, what }: { text: string; what: string }): ReactNode {
  const [state, setState] = useState('Copy');
  const copy = () => {
    // Only a page of HTTPS, or of this machine, may write to the clipboard.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error());
    written.then(() => setState('Copied'), () => setState('Mark the text to copy it'));
  };
  return <button type="button" className="small-button" aria-label={`${state} ${what}`} onClick={copy}>{state}</button>;
}

function Details({ exemplar, value }: { exemplar: Exemplar; value: string }): ReactNode {
  const { labels, seriesLabels, timestamp } = exemplar;
  const { __name__: _name, le: _le, ...series } = seriesLabels;
  return (
    <dl className="exemplar">
      <dt>Value</dt>
      <dd>{value}</dd>
      <dt>Time</dt>
      <dd>{dateTimeFormat(timestamp * 1000)}</dd>
      {Object.entries(labels).map(([name, text]) => [
        <dt key={name}>{name}</dt>,
        <dd key={`${name} value`}><code>{text}</code> <CopyButton text={text} what={name} /></dd>,
      ])}
      {Object.entries(series).map(([name, text]) => [
        <dt key={name}>{name}</dt>,
        <dd key={`${name} value`}>{text}</dd>,
      ])}
    </dl>
  );
}

const NEIGHBOUR: Record<string, 'nextElementSibling' | 'previousElementSibling'> = {
  ArrowRight: 'nextElementSibling',
  ArrowLeft: 'previousElementSibling',
};

/** The tab key reaches one mark of a graph, the arrows the others. */
function moveFocus({ key, target }: KeyboardEvent): void {
  const neighbour = NEIGHBOUR[key] && (target as Element)[NEIGHBOUR[key]];
  if (neighbour instanceof HTMLElement) neighbour.focus();
}

/** Single requests, at the time and value that they had; a click tells which they were. */
export function ExemplarMarks({ config, exemplars, frame }: Props): ReactNode {
  const plot = usePlot(config);
  const field = frame.fields[1];
  if (!plot || !field || !exemplars.length) return null;
  const { left, top, width, height } = areaOf(plot);
  const scale = plot.series[1]?.scale ?? 'y';
  const xOf = ({ timestamp }: Exemplar) => plot.valToPos(timestamp * 1000, 'x');
  const inSight = exemplars.filter((exemplar) => xOf(exemplar) >= 0 && xOf(exemplar) <= width);
  const marks = thinned(inSight, (exemplar) => Math.floor(xOf(exemplar) / DISTANCE)).map((exemplar, i) => {
    const value = textOf(field, exemplar.value);
    // What lies above the scale is shown at its edge, not left out: the slowest requests are what one looks for.
    const y = Math.min(Math.max(plot.valToPos(exemplar.value, scale), 0), height);
    return (
      <Toggletip
        key={`${exemplar.timestamp} ${exemplar.value}`}
        content={<Details exemplar={exemplar} value={value} />}
        fitContent
      >
        <button
          type="button"
          className="exemplar-mark"
          tabIndex={i ? -1 : 0}
          aria-label={`Exemplar of ${value}`}
          style={{ left: left + xOf(exemplar), top: top + y }}
        />
      </Toggletip>
    );
  });
  return <div role="group" aria-label="Exemplars" onKeyDown={moveFocus}>{marks}</div>;
}
