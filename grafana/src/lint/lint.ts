// What a dashboard must be like to load, to show the truth and to look like the others. Works on the JSON, so
// that it sees what Grafana will see.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { datasource, noTraffic, wholeNumber } from '../parts.ts';
import { periods, tag } from '../frame.ts';
import { isRow, panelsOf } from './json.ts';
import type { DashboardJson, PanelJson, Say, VariableJson } from './json.ts';
import { lintGrid, lintType } from './layout.ts';
import { lintLinks } from './links.ts';
import { lintQuery, metricsOf } from './query.ts';
import { lintColors, lintTwins } from './sameness.ts';
import { syntaxFaults } from './promtool.ts';

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
  const names = new Set(description.match(/[\w:]+/g));
  const [, family, part] = /^(.+:.+)(:\w+)$/.exec(metric) ?? [];
  const isFamily = (name: string) => name.startsWith(`${family}:`);
  return names.has(metric) || (part !== undefined && names.has(part) && [...names].some(isFamily));
}

/** Means, shares and quantiles are of something: without it there is no figure. */
const needsTraffic = /\bhistogram_quantile\(|\/ \(.* > 0\)/;

function lintPanel(panel: PanelJson, say: Say): void {
  const { unit, thresholds, noValue } = panel.fieldConfig?.defaults ?? {};
  const queries = panel.targets ?? [];
  if (!panel.title) say('no title');
  if (!panel.description) say('no description');
  if (!unit) say('no unit');
  else if (!knownUnits.has(unit) && !unit.startsWith('suffix:')) say(`unknown unit ${unit}`);
  if (!thresholds) say('no thresholds: Grafana paints everything from 80 up red');
  if (!noValue) say('no text for the absence of data');
  if (noValue !== noTraffic && queries.some(({ expr }) => needsTraffic.test(expr))) {
    say(`"${noValue}" where there is "${noTraffic}"`);
  }
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

/** What all dashboards together say. */
interface Known {
  uids: Set<string>;
  /** By the expression that does not parse. */
  syntaxFaults: Map<string, string>;
}

function lintDashboard(dashboard: DashboardJson, known: Known, say: Say): void {
  lintFrame(dashboard, say);
  lintGrid(dashboard.panels ?? [], say);
  const variables = dashboard.templating?.list ?? [];
  lintVariables(variables, say);

  const ids = new Set<number>();
  const expressions = new Map<string, string>();
  for (const panel of panelsOf(dashboard)) {
    const sayOfPanel: Say = (fault) => say(`panel "${panel.title ?? ''}": ${fault}`);
    if (panel.id === undefined || ids.has(panel.id)) sayOfPanel('id is missing or used twice');
    ids.add(panel.id ?? 0);
    if (isRow(panel)) continue;
    lintPanel(panel, sayOfPanel);
    lintLinks(panel, known.uids, sayOfPanel);
    for (const query of panel.targets ?? []) {
      lintQuery(query, variables.map(({ name }) => name), sayOfPanel);
      const other = expressions.get(query.expr);
      if (other !== undefined) sayOfPanel(`same query as in panel "${other}": ${query.expr}`);
      expressions.set(query.expr, panel.title ?? '');
      const fault = known.syntaxFaults.get(query.expr);
      if (fault !== undefined) sayOfPanel(`PromQL: ${fault}`);
    }
  }
}

/** Every fault of every dashboard, each with the file and the panel it is in. */
export function lint(files: Map<string, DashboardJson>): string[] {
  const faults: string[] = [];
  const uids = new Map<unknown, string>();
  const all = [...files.values()];
  const queries = all.flatMap(panelsOf).flatMap(({ targets = [] }) => targets);
  const known = {
    uids: new Set(all.map(({ uid }) => uid ?? '')),
    // At once: promtool takes longer to start than to read.
    syntaxFaults: syntaxFaults([...new Set(queries.map(({ expr }) => expr))]),
  };
  for (const [file, dashboard] of files) {
    const say: Say = (fault) => faults.push(`${file}: ${fault}`);
    lintDashboard(dashboard, known, say);
    if (uids.has(dashboard.uid)) say(`uid ${dashboard.uid} is also that of ${uids.get(dashboard.uid)}`);
    uids.set(dashboard.uid, file);
  }
  return [...faults, ...lintTwins(files), ...lintColors(files)];
}
