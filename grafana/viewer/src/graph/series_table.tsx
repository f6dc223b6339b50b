import { FieldType, getFieldDisplayName } from '@grafana/data';
import type { DataFrame, Field } from '@grafana/data';
import type { ReactNode } from 'react';
import { textOf } from '../field_config.ts';

function lastOf({ values }: Field): unknown {
  return values.findLast((value) => value !== null && value !== undefined);
}

/** What a graph shows, in words, for those who do not see it. */
export function SeriesTable({ title, frames }: { title: string; frames: DataFrame[] }): ReactNode {
  const series = frames.flatMap((frame) =>
    frame.fields
      .filter(({ type }) => type === FieldType.number)
      .map((field) => ({ field, name: getFieldDisplayName(field, frame, frames) })),
  );
  return (
    <table className="unseen">
      <caption>{title}: last values</caption>
      <thead>
        <tr><th scope="col">Series</th><th scope="col">Last value</th></tr>
      </thead>
      <tbody>
        {series.map(({ field, name }, i) => (
          <tr key={i}><th scope="row">{name}</th><td>{textOf(field, lastOf(field))}</td></tr>
        ))}
      </tbody>
    </table>
  );
}
