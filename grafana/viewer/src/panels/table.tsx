import { FieldType, getFieldDisplayName } from '@grafana/data';
import type { DataFrame, Field } from '@grafana/data';
import { useState } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import { textOf } from '../field_config.ts';
import type { ViewProps } from './views.ts';

interface TableOptions {
  frameIndex?: number;
  showHeader?: boolean;
  sortBy?: Array<{ displayName: string; desc?: boolean }>;
}

interface ColumnOptions {
  align?: 'auto' | 'left' | 'center' | 'right';
  width?: number;
  minWidth?: number;
  hidden?: boolean;
  cellOptions?: { type?: string };
}

interface Column {
  field: Field;
  name: string;
  options: ColumnOptions;
}

interface Order {
  name: string;
  isDescending: boolean;
}

function columnsOf(frame: DataFrame, frames: DataFrame[]): Column[] {
  const all = frame.fields.map((field) => ({
    field,
    name: getFieldDisplayName(field, frame, frames),
    options: (field.config.custom ?? {}) as ColumnOptions,
  }));
  return all.filter(({ options }) => !options.hidden);
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}

/** The numbers of the rows, in the order in which they are shown. */
function orderOf(frame: DataFrame, columns: Column[], order: Order | undefined): number[] {
  const rows = Array.from({ length: frame.length }, (_, row) => row);
  const values = columns.find(({ name }) => name === order?.name)?.field.values;
  if (!values || !order) return rows;
  return rows.sort((a, b) => compare(values[a], values[b]) * (order.isDescending ? -1 : 1));
}

function alignment({ field, options: { align = 'auto', width, minWidth } }: Column): CSSProperties {
  const automatic = field.type === FieldType.number ? 'right' : 'left';
  return { textAlign: align === 'auto' ? automatic : align, width, minWidth };
}

function Cell({ column, row }: { column: Column; row: number }): ReactNode {
  const { field, options } = column;
  const value = field.values[row];
  const display = field.display?.(value);
  // Of several queries merged into one table, not each has a value for each row.
  const text = value === null || value === undefined ? '' : textOf(field, value);
  const link = field.getLinks?.({ valueRowIndex: row, calculatedValue: display })[0];
  const style = { ...alignment(column) };
  if (options.cellOptions?.type === 'color-text') style.color = display?.color;
  if (options.cellOptions?.type === 'color-background') style.background = display?.color;
  return (
    <td style={style}>
      {link ? <a href={link.href} target={link.target} title={link.title}>{text}</a> : text}
      {options.cellOptions?.type === 'gauge' && (
        <meter min={field.state?.range?.min ?? 0} max={field.state?.range?.max ?? 1} value={Number(value)} />
      )}
    </td>
  );
}

/** A table; a click on the head of a column sorts by it, another turns the order round. */
export function TableView({ panel, frames }: ViewProps): ReactNode {
  const options = (panel.options ?? {}) as TableOptions;
  const [proposed] = options.sortBy ?? [];
  const [order, setOrder] = useState<Order | undefined>(
    proposed && { name: proposed.displayName, isDescending: proposed.desc ?? false },
  );
  const frame = frames[options.frameIndex ?? 0] ?? frames[0];
  const columns = columnsOf(frame, frames);
  const sortBy = ({ name, field }: Column) => {
    const first = field.type === FieldType.number;
    setOrder({ name, isDescending: order?.name === name ? !order.isDescending : first });
  };
  const direction = ({ name }: Column) => {
    if (order?.name !== name) return undefined;
    return order.isDescending ? 'descending' : 'ascending';
  };
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={`${panel.title}, table`}>
      <table className="table">
        {options.showHeader !== false && (
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.name} scope="col" aria-sort={direction(column)} style={alignment(column)}>
                  <button type="button" onClick={() => sortBy(column)}>{column.name}</button>
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {orderOf(frame, columns, order).map((row) => (
            <tr key={row}>{columns.map((column) => <Cell key={column.name} column={column} row={row} />)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
