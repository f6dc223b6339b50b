// Prometheus' answers as Grafana's data frames.
import { createDataFrame, FieldType } from '@grafana/data';
import type { DataFrame } from '@grafana/data';
import type { Target } from './dashboard.ts';
import { legend } from './legend.ts';
import type { Series } from './prometheus.ts';

/** A sample's value; Prometheus writes infinity in a way that JavaScript does not read. */
export function parseValue(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

/** One row for each series, one column for each label, as Grafana's format `table`. */
export function tableFrame({ refId }: Target, found: Series[], several: boolean): DataFrame {
  // Without columns: tables are merged by those that all of them have, and this one has no labels.
  if (!found.length) return createDataFrame({ refId, fields: [] });
  const labels = [...new Set(found.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const rows = found.flatMap(({ metric, samples }) => samples.map((sample) => ({ metric, sample })));
  return createDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: rows.map(({ sample: [time] }) => time * 1000) },
      ...labels.map((name) => ({
        name,
        type: FieldType.string,
        values: rows.map(({ metric }) => metric[name] ?? ''),
      })),
      {
        name: several ? `Value #${refId}` : 'Value',
        type: FieldType.number,
        values: rows.map(({ sample: [, value] }) => parseValue(value)),
      },
    ],
  });
}

/** A series over time. The step lets the graph leave a gap where points are missing. */
export function seriesFrame({ refId, legendFormat }: Target, step: number, { metric, samples }: Series): DataFrame {
  return createDataFrame({
    refId,
    fields: [
      {
        name: 'Time',
        type: FieldType.time,
        config: { interval: step * 1000 },
        values: samples.map(([time]) => time * 1000),
      },
      {
        name: 'Value',
        type: FieldType.number,
        labels: metric,
        config: { displayNameFromDS: legend(legendFormat, metric) },
        values: samples.map(([, value]) => parseValue(value)),
      },
    ],
  });
}
