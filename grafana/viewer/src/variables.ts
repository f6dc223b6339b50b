// The choices at the top of a dashboard, and what they stand for in queries and links.
import { ALL } from './address.ts';
import type { Dashboard, VariableModel } from './dashboard.ts';
import { interpolate } from './interpolate.ts';
import type { ValueOf } from './interpolate.ts';
import type { Prometheus, Span } from './prometheus.ts';

export interface Variable {
  name: string;
  label: string;
  /** What can be chosen; empty for what is not a choice of the reader. */
  options: string[];
  /** Empty for all. */
  chosen: string[];
  /** What the choice of all stands for, as a regular expression. */
  all: string;
  multi: boolean;
}

/** The page has one data source, the Prometheus that it comes from, whatever the dashboard would offer. */
const THIS_PROMETHEUS = 'prometheus';

// For a regular expression within a PromQL string.
function escaped(value: string): string {
  return value.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&').replace(/["\\]/g, '\\$&');
}

const alternatives = (values: string[]) => (values.length === 1 ? values[0] : `(${values.join('|')})`);

/** A variable's value in a query; formats as in Grafana. */
export function inQuery({ chosen, all, multi }: Variable, format: string): string {
  if (!chosen.length) return all;
  if (format === 'csv' || format === 'raw') return chosen.join(',');
  if (format === 'pipe') return chosen.join('|');
  return multi || format === 'regex' ? alternatives(chosen.map(escaped)) : chosen[0];
}

/** A variable's value in a link, to hand a choice on to another dashboard. */
export function inLink({ name, chosen }: Variable, format: string): string {
  const values = chosen.length ? chosen : [ALL];
  if (format !== 'queryparam') return values.map(encodeURIComponent).join(',');
  return values.map((value) => `var-${name}=${encodeURIComponent(value)}`).join('&');
}

const LABEL_VALUES = /^\s*label_values\(\s*(?:(.+)\s*,\s*)?(\w+)\s*\)\s*$/;

async function optionsOf(
  { name, query = '' }: VariableModel, known: Variable[], prometheus: Prometheus, span: Span,
): Promise<string[]> {
  const written = typeof query === 'string' ? query : query.query;
  const parts = LABEL_VALUES.exec(interpolate(written, valuesInQuery(known)));
  if (!parts) throw new Error(`The variable ${name} has a query that this page cannot run: ${written}`);
  return prometheus.labelValues(parts[2], parts[1]?.trim(), span);
}

/** What the placeholders of a query stand for. */
export function valuesInQuery(variables: Variable[], macros: Record<string, string> = {}): ValueOf {
  return (name, format) => {
    if (Object.hasOwn(macros, name)) return macros[name];
    const variable = variables.find((candidate) => candidate.name === name);
    return variable && inQuery(variable, format);
  };
}

/** The variables of a dashboard in their order: a later one can depend on an earlier one. */
export async function loadVariables(
  dashboard: Dashboard, chosen: Record<string, string[]>, prometheus: Prometheus, span: Span,
): Promise<Variable[]> {
  const variables: Variable[] = [];
  for (const model of dashboard.templating?.list ?? []) {
    const { name, label = name, multi = false } = model;
    if (model.type === 'query') {
      const options = await optionsOf(model, variables, prometheus, span);
      const all = model.allValue ?? alternatives(options.map(escaped));
      const first = model.includeAll ? [] : options.slice(0, 1);
      variables.push({ name, label, options, all, multi, chosen: chosen[name] ?? first });
    } else {
      const value = model.type === 'datasource' ? THIS_PROMETHEUS : (model.current?.value ?? model.query ?? '');
      variables.push({ name, label, options: [], all: '', multi: false, chosen: [value].flat().map(String) });
    }
  }
  return variables;
}
