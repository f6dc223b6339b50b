import { FieldType, getFieldDisplayName } from '@grafana/data';
import type { DataFrame, Field } from '@grafana/data';
import type { ReactNode } from 'react';
import { textOf } from '../field_config.ts';

function lastOf({ values }: Field): number | undefined {
  return values.findLast((value) => typeof value === 'number' && !Number.isNaN(value));
}

/** What a graph shows, in words, for those who do not see it. A series without any value is no line either. */
export function SeriesTable({ title, frames }: { title: string; frames: DataFrame[] }): ReactNode {
  const series = frames.flatMap((frame) =>
    frame.fields
      .filter(({ type }) => type === FieldType.number)
      .map((field) => ({ field, name: getFieldDisplayName(field, frame, frames), last: lastOf(field) }))
      .filter(({ last }) => last !== undefined),
  );
  return (
    <table className="unseen">
      <caption>{title}: last values</caption>
      <thead>
        <tr><th scope="col">Series</th><th scope="col">Last value</th></tr>
      </thead>
      <tbody>
        {series.map(({ field, name, last }, i) => (
          <tr key={i}><th scope="row">{name}</th><td>{textOf(field, last)}</td></tr>
        ))}
      </tbody>
    </table>
  );
}
