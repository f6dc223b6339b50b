// The part of Grafana's classic dashboard JSON that the viewer reads.
import type { DataTransformerConfig, FieldConfigSource } from '@grafana/data';
import { beside } from './beside.ts';

/** One query of a panel. */
export interface Target {
  refId: string;
  expr: string;
  legendFormat?: string;
  /** One value at the end of the period, instead of many over it. */
  instant?: boolean;
  format?: string;
  /** The least distance of two points, such as `1m`. */
  interval?: string;
  exemplar?: boolean;
  hide?: boolean;
}

export interface Link {
  title: string;
  url?: string;
  targetBlank?: boolean;
}

export interface GridPosition {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: GridPosition;
  links?: Link[];
  targets?: Target[];
  interval?: string;
  maxDataPoints?: number;
  transformations?: DataTransformerConfig[];
  fieldConfig?: FieldConfigSource;
  options?: Record<string, unknown>;
  /** Of a row: hides its panels, which are then in `panels`. */
  collapsed?: boolean;
  panels?: Panel[];
}

export interface VariableModel {
  name: string;
  label?: string;
  type: string;
  query?: string | { query: string };
  multi?: boolean;
  includeAll?: boolean;
  /** What the choice of all stands for in a query. */
  allValue?: string;
  current?: { value?: string | string[] };
}

export interface QuickRange {
  display: string;
  from: string;
  to: string;
}

export interface Annotation {
  name: string;
  enable: boolean;
  expr?: string;
  iconColor?: string;
}

export interface Dashboard {
  uid: string;
  title: string;
  description?: string;
  time?: { from: string; to: string };
  refresh?: string;
  panels: Panel[];
  templating?: { list: VariableModel[] };
  annotations?: { list: Annotation[] };
  timepicker?: { quick_ranges?: QuickRange[] };
  links?: Link[];
}

/** A line of `dashboards/index.json`. */
export interface IndexEntry {
  uid: string;
  title: string;
  description: string;
  file: string;
}

/** A file beside the page. Browsers keep files without Cache-Control for a time they guess: they are to ask. */
export async function readJson<T>(address: string): Promise<T> {
  const answer = await fetch(beside(address), { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`${address}: HTTP ${answer.status}`);
  return (await answer.json()) as T;
}
