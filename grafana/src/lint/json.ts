// A dashboard as it is stored, as far as the lint looks at it.

/** Takes down a fault. */
export type Say = (fault: string) => void;

export interface LinkJson {
  url?: string;
}

export interface OverrideJson {
  matcher: { id: string; options: string };
  properties: Array<{ id: string; value: unknown }>;
}

export interface PanelJson {
  id?: number;
  type: string;
  title?: string;
  description?: string;
  gridPos?: { x: number; y: number; w: number; h: number };
  datasource?: { uid?: string };
  targets?: QueryJson[];
  panels?: PanelJson[];
  links?: LinkJson[];
  fieldConfig?: {
    defaults?: { unit?: string; thresholds?: unknown; noValue?: string; links?: LinkJson[] };
    overrides?: OverrideJson[];
  };
  options?: { legend?: { showLegend?: boolean } };
}

export interface QueryJson {
  refId?: string;
  expr: string;
  instant?: boolean;
  range?: boolean;
  legendFormat?: string;
  exemplar?: boolean;
  format?: string;
  datasource?: { uid?: string };
}

export interface VariableJson {
  name: string;
  type: string;
  query?: unknown;
  multi?: boolean;
  includeAll?: boolean;
  allValue?: string;
  refresh?: number;
  datasource?: { uid?: string };
}

export interface DashboardJson {
  [key: string]: unknown;
  uid?: string;
  title?: string;
  tags?: string[];
  schemaVersion?: number;
  editable?: boolean;
  timepicker?: { quick_ranges?: Array<{ display: string; from: string; to: string }> };
  templating?: { list?: VariableJson[] };
  annotations?: { list?: Array<{ name: string; expr?: string }> };
  panels?: PanelJson[];
}

/** Every panel, rows and those of collapsed rows included. */
export function panelsOf({ panels = [] }: DashboardJson): PanelJson[] {
  return panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
}

export const isRow = ({ type }: PanelJson): boolean => type === 'row';
