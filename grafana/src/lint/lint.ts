// What a dashboard must be like to load, to show the truth and to look like the others. Works on the JSON, so
// that it sees what Grafana will see.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { datasource, wholeNumber } from '../parts.ts';
import { periods, tag } from '../frame.ts';
import { lintGrid, lintType } from './layout.ts';
import { lintLinks } from './links.ts';
import { lintQuery, metricsOf } from './query.ts';
import { lintColors, lintTwins } from './sameness.ts';
import { syntaxFaults } from './promtool.ts';

export interface LinkJson {
  url?: string;
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
    overrides?: Array<{ matcher: { options: string }; properties: Array<{ id: string; value: unknown }> }>;
  };
  options?: { legend?: { showLegend?: boolean } };
}

export interface QueryJson {
  refId?: string;
  expr: string;
  instant?: boolean;
  range?: boolean;
  exemplar?: boolean;
  format?: string;
  datasource?: { uid?: string };
}

interface VariableJson {
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

export type Say = (fault: string) => void;

const knownUnits = new Set<unknown>([...Object.values(units), wholeNumber]);
const newestSchema = 42;

function lintFrame(dashboard: DashboardJson, say: Say): void {
  if (!dashboard.uid || dashboard.uid.length > 40) say('uid is missing or longer than 40 characters');
  if (!dashboard.uid?.startsWith(`${tag}-`)) say(`uid does not begin with ${tag}-`);
  if ('id' in dashboard) say('id: only the server that stores the dashboard can give one');
  if ('__inputs' in dashboard) say('__inputs: only the import form resolves it, provisioning from files does not');
  if ('apiVersion' in dashboard || 'spec' in dashboard) say('v2 format: provisioning from files refuses it');
  if (!(Number(dashboard.schemaVersion) <= newestSchema)) say(`schemaVersion is not ${newestSchema} or older`);
  if (dashboard.editable !== false) say('editable is not false: changes would be lost at the next start');
  if (!dashboard.tags?.includes(tag)) say(`tag ${tag} is missing: the link between dashboards would miss this one`);
  const offered = (dashboard.timepicker?.quick_ranges ?? []).map(({ display, from, to }) => [display, from, to]);
  const wanted = Object.entries(periods).map(([display, from]) => [display, from, 'now']);
  if (JSON.stringify(offered) !== JSON.stringify(wanted)) say('quick ranges are not Last Hour, Day, Week and Month');
  const alerts = dashboard.annotations?.list?.some(({ expr }) => expr?.startsWith('ALERTS{'));
  if (!alerts) say('alerts are not shown as annotations');
}

function lintVariables(variables: VariableJson[], say: Say): void {
  const names = variables.map(({ name }) => name).join(', ');
  if (names !== 'datasource, job, instance') say(`variables are "${names}", not "datasource, job, instance"`);
  for (const variable of variables) {
    const { name, type, query, multi, includeAll, allValue, refresh } = variable;
    if (name === 'datasource') {
      if (type !== 'datasource' || query !== 'prometheus') say('variable datasource does not choose a prometheus');
      continue;
    }
    const right = multi && includeAll && allValue === '.+' && refresh === 2;
    if (!right) say(`variable ${name} lacks multi, includeAll, allValue .+ or refresh on time range change`);
    if (variable.datasource?.uid !== datasource.uid) say(`variable ${name} does not use ${datasource.uid}`);
  }
}

/** A view may be named by its last part, `:p95`, behind the first of its family. */
function isNamed(metric: string, { description = '' }: PanelJson): boolean {
  const [, family, part] = /^(.+:.+)(:\w+)$/.exec(metric) ?? [];
  return description.includes(metric) || Boolean(family && description.includes(family) && description.includes(part));
}

function lintPanel(panel: PanelJson, say: Say): void {
  const { unit, thresholds, noValue } = panel.fieldConfig?.defaults ?? {};
  const queries = panel.targets ?? [];
  if (!panel.title) say('no title');
  if (!panel.description) say('no description');
  if (!unit) say('no unit');
  else if (!knownUnits.has(unit) && !unit.startsWith('suffix:')) say(`unknown unit ${unit}`);
  if (!thresholds) say('no thresholds: Grafana paints everything from 80 up red');
  if (!noValue) say('no text for the absence of data');
  if (panel.datasource?.uid !== datasource.uid) say(`data source is not ${datasource.uid}`);
  if (!queries.length) say('no queries');
  lintType(panel, say);
  const unnamed = new Set(queries.flatMap(({ expr }) => metricsOf(expr)).filter((name) => !isNamed(name, panel)));
  unnamed.forEach((name) => say(`description does not name ${name}`));
  const severalSeries = queries.length > 1 || queries.some(({ expr }) => !/^(sum|avg|max|count|round)\(/.test(expr));
  if (panel.type === 'timeseries' && severalSeries && !panel.options?.legend?.showLegend) {
    say('several series, but the legend is hidden');
  }
  if (panel.type === 'table' && queries.some(({ format, instant }) => format !== 'table' || !instant)) {
    say('a table needs instant queries in the format table');
  }
  const refIds = queries.map(({ refId }) => refId);
  if (refIds.includes(undefined) || new Set(refIds).size < refIds.length) say('refId is missing or used twice');
}

function lintDashboard(dashboard: DashboardJson, uids: Set<string>, say: Say): void {
  lintFrame(dashboard, say);
  lintGrid(dashboard.panels ?? [], say);
  const variables = dashboard.templating?.list ?? [];
  lintVariables(variables, say);

  const ids = new Set<number>();
  const expressions = new Map<string, string>();
  for (const panel of (dashboard.panels ?? []).flatMap((outer) => [outer, ...(outer.panels ?? [])])) {
    const sayOfPanel: Say = (fault) => say(`panel "${panel.title ?? ''}": ${fault}`);
    if (panel.id === undefined || ids.has(panel.id)) sayOfPanel('id is missing or used twice');
    ids.add(panel.id ?? 0);
    if (panel.type === 'row') continue;
    lintPanel(panel, sayOfPanel);
    lintLinks(panel, uids, sayOfPanel);
    for (const query of panel.targets ?? []) {
      lintQuery(query, variables.map(({ name }) => name), sayOfPanel);
      const other = expressions.get(query.expr);
      if (other !== undefined) sayOfPanel(`same query as in panel "${other}": ${query.expr}`);
      expressions.set(query.expr, panel.title ?? '');
    }
  }
  for (const [expression, fault] of syntaxFaults([...expressions.keys()])) {
    say(`panel "${expressions.get(expression)}": PromQL: ${fault}`);
  }
}

/** Every fault of every dashboard, each with the file and the panel it is in. */
export function lint(files: Map<string, DashboardJson>): string[] {
  const faults: string[] = [];
  const uids = new Map<unknown, string>();
  const all = new Set([...files.values()].map(({ uid }) => uid ?? ''));
  for (const [file, dashboard] of files) {
    const say: Say = (fault) => faults.push(`${file}: ${fault}`);
    lintDashboard(dashboard, all, say);
    if (uids.has(dashboard.uid)) say(`uid ${dashboard.uid} is also that of ${uids.get(dashboard.uid)}`);
    uids.set(dashboard.uid, file);
  }
  return [...faults, ...lintTwins(files), ...lintColors(files)];
}
