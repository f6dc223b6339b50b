// Each rule of the lint is broken once, in a dashboard that is otherwise right, and must be named.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dashboards } from '../dashboards.ts';
import { lint } from './lint.ts';
import type { DashboardJson, OverrideJson, PanelJson, QueryJson } from './json.ts';

function sound(): DashboardJson {
  return JSON.parse(JSON.stringify(dashboards()[0]));
}

function panel(dashboard: DashboardJson, title: string): PanelJson {
  const found = dashboard.panels?.find((candidate) => candidate.title === title);
  assert.ok(found, `no panel "${title}"`);
  return found;
}

function query(dashboard: DashboardJson, title: string): QueryJson {
  const [first] = panel(dashboard, title).targets ?? [];
  assert.ok(first, `no query in panel "${title}"`);
  return first;
}

type Break = (dashboard: DashboardJson) => void;

function overrides(dashboard: DashboardJson, title: string): OverrideJson[] {
  const found = panel(dashboard, title).fieldConfig?.overrides;
  assert.ok(found, `no overrides in panel "${title}"`);
  return found;
}

const graph = 'Queue length over time';

/** A graph whose query is another one. */
const graphing = (expr: string): Break => (dashboard) => Object.assign(query(dashboard, graph), { expr });

/** A change to the variable `job`. */
const job = (change: object): Break => (dashboard) => Object.assign(dashboard.templating?.list?.[1] ?? {}, change);

/** A change to the settings of a panel's values. */
const values = (title: string, change: object): Break => (dashboard) =>
  Object.assign(panel(dashboard, title).fieldConfig?.defaults ?? {}, change);

const chosen = '{job=~"$job",instance=~"$instance"}';

const faults: Array<[string, RegExp, Break]> = [
  ['a missing uid', /uid is missing/, (d) => delete d.uid],
  ['a uid that Grafana refuses', /uid is .*longer than 40/, (d) => (d.uid = 'x'.repeat(41))],
  ['a dashboard id', /: id: only the server/, (d) => (d.id = null)],
  ['inputs of the import form', /__inputs/, (d) => (d.__inputs = [])],
  ['the v2 format', /v2 format/, (d) => (d.apiVersion = 'dashboard.grafana.app/v2')],
  ['a newer schema', /schemaVersion/, (d) => (d.schemaVersion = 43)],
  ['a missing schema', /schemaVersion/, (d) => delete d.schemaVersion],
  ['an editable dashboard', /editable/, (d) => (d.editable = true)],
  ['a missing tag', /tag seadragon is missing/, (d) => (d.tags = ['generated'])],
  ['other periods', /quick ranges/, (d) => d.timepicker?.quick_ranges?.pop()],
  ['alerts that are not shown', /alerts are not shown/, (d) => (d.annotations = { list: [] })],
  ['a missing variable', /variables are "datasource, job"/, (d) => d.templating?.list?.pop()],
  ['a data source of another kind', /does not choose a prometheus/, (d) =>
    Object.assign(d.templating?.list?.[0] ?? {}, { query: 'loki' })],
  ['a variable with a single value', /variable job lacks/, job({ multi: false })],
  ['a variable without All', /variable job lacks/, job({ includeAll: false })],
  ['All as a list of all values', /variable job lacks/, job({ allValue: undefined })],
  ['a variable read only once', /variable job lacks/, job({ refresh: 1 })],
  ['a variable from a fixed data source', /variable job does not use/, job({ datasource: { uid: 'prometheus' } })],
  ['a panel id used twice', /panel "Error Rate": id is missing or used twice/, (d) =>
    (panel(d, 'Error Rate').id = panel(d, 'Total Requests').id)],
  ['a panel without id', /id is missing or used twice/, (d) => delete panel(d, 'Error Rate').id],
  ['a panel without title', /panel "": no title/, (d) => delete panel(d, 'Error Rate').title],
  ['a panel without description', /no description/, (d) => (panel(d, 'Error Rate').description = '')],
  ['a panel without unit', /no unit/, values('Error Rate', { unit: undefined })],
  ['a misspelt unit', /unknown unit percentunitt/, values('Error Rate', { unit: 'percentunitt' })],
  ["Grafana's own thresholds", /no thresholds/, values('Error Rate', { thresholds: undefined })],
  ['silence about missing data', /no text for the absence/, values('Error Rate', { noValue: undefined })],
  ['an error rate that is missing rather than without traffic', /"No data" where there is "No traffic"/,
    values('Error Rate', { noValue: 'No data' })],
  ['a fixed data source of a panel', /panel "Error Rate": data source is not/, (d) =>
    (panel(d, 'Error Rate').datasource = { uid: '${DS_PROMETHEUS}' })],
  ['a fixed data source of a query', /data source of a query/, (d) =>
    (query(d, 'Error Rate').datasource = { uid: 'prometheus' })],
  ['a panel without queries', /no queries/, (d) => (panel(d, 'Error Rate').targets = [])],
  ['a hidden legend', /legend is hidden/, (d) =>
    (panel(d, graph).options = { legend: { showLegend: false } })],
  ['a table of lines', /a table needs/, (d) => (query(d, 'Top Endpoints').format = 'time_series')],
  ['queries of one name', /refId/, (d) => panel(d, 'CPU Usage').targets?.forEach((target) => (target.refId = 'A'))],
  ['a query without name', /refId/, (d) => delete query(d, 'CPU Usage').refId],
  ['a query both instant and range', /not either instant or range/, (d) => (query(d, 'CPU Usage').range = true)],
  ['a query neither instant nor range', /not either instant or range/, (d) =>
    (query(d, 'CPU Usage').instant = false)],
  ['an unknown variable', /unknown variable \$model/, graphing(`sum(up${chosen} * on() x{job="$model"})`)],
  ['a selector of all jobs', /selector without .*: up\{instance/, graphing('sum(up{instance=~"$instance"})')],
  ['a selector without braces', /selector without .*: up\{\}/, graphing('sum by (job) (up) / 2')],
  ['a fixed range', /range \[5m\]/, graphing(`sum(rate(x_total${chosen}[5m]))`)],
  ['a counter as it is', /counter without rate or increase: x_total/, graphing(`sum(x_total${chosen})`)],
  ['buckets as they are', /counter without rate.*: x_bucket/, graphing(`histogram_quantile(0.5, x_bucket${chosen})`)],
  ['the rate of a gauge', /of what is no counter: x_bytes/, graphing(`rate(x_bytes${chosen}[$__rate_interval])`)],
  ['a subquery', /subquery/, graphing(`max_over_time(sum(up${chosen})[$__range:])`)],
  ['a subquery of counters', /subquery/,
    graphing(`avg_over_time(sum(rate(x_total${chosen}[$__rate_interval]))[$__range:])`)],
  ['a period at every step', /covers it again at every step/, graphing(`max_over_time(x${chosen}[$__range])`)],
  ['the top of every step', /gives the top of every step/, graphing(`topk(5, x${chosen})`)],
  ['a count with decimals', /not rounded/, (d) =>
    (query(d, 'Total Requests').expr = `sum(increase(x_total${chosen}[$__range]))`)],
  ['PromQL that does not parse', /"Queue length over time": PromQL: .*parse error/, graphing(`sum(up${chosen}`)],
  ['a uid without the name of the project', /uid does not begin with seadragon-/, (d) => (d.uid = 'overview')],
  ['a type that only Grafana draws', /cannot draw a panel of the type heatmap/, (d) =>
    (panel(d, graph).type = 'heatmap')],
  ['a panel over another', /"Memory Usage": lies over "CPU Usage"/, (d) =>
    (panel(d, 'Memory Usage').gridPos = panel(d, 'CPU Usage').gridPos)],
  ['a gap beside a panel', /lines of the grid with a gap: /, (d) =>
    Object.assign(panel(d, 'CPU Usage').gridPos ?? {}, { w: 5 })],
  ['a panel that sticks out', /"All periods": wider than the grid/, (d) =>
    Object.assign(panel(d, 'All periods').gridPos ?? {}, { x: 1 })],
  ['a panel without a place', /"CPU Usage": no place/, (d) => delete panel(d, 'CPU Usage').gridPos],
  ['a metric that is not named', /description does not name seadragon:threshold:queue_length/, (d) =>
    (panel(d, graph).description = 'Waiting requests (seadragon:queue_length:current).')],
  ['a metric that is only part of a name', /description does not name up/, (d) =>
    (panel(d, 'Targets down').description = 'Targets that do not show up_to_now or speedup.')],
  ['a view that is not named', /description does not name seadragon:http_request_duration_seconds:p99/, (d) =>
    (panel(d, 'All periods').description = panel(d, 'All periods').description?.replace(':p99', ''))],
  ['a link to nowhere', /link to a dashboard that does not exist: \/d\/seadragon-typo/, (d) =>
    values('CPU Usage', { links: [{ url: '/d/seadragon-typo?${__url_time_range}' }] })(d)],
  ['a link that forgets the choice', /does not keep period and variables: \/d\/seadragon-overview/, (d) =>
    (panel(d, graph).links = [{ url: '/d/seadragon-overview?${__url_time_range}' }])],
  ['a link of a column that forgets the choice', /does not keep period/, (d) =>
    overrides(d, 'Top Endpoints').push({
      matcher: { id: 'byName', options: 'Requests' },
      properties: [{ id: 'links', value: [{ url: '/d/seadragon-overview?x' }] }],
    })],
  ['exemplars of a gauge', /exemplars of what is no histogram/, (d) => (query(d, graph).exemplar = true)],
  ['the same query twice', /same query as in panel "Total Requests"/, (d) =>
    (query(d, 'Error Rate').expr = query(d, 'Total Requests').expr)],
];

/** The others, as links lead to them. */
function others(): Array<[string, DashboardJson]> {
  return JSON.parse(JSON.stringify(dashboards().slice(1))).map((dashboard: DashboardJson) => [
    `${dashboard.uid}.json`,
    dashboard,
  ]);
}

test('sound dashboards have no faults', () => {
  assert.deepEqual(lint(new Map([['sound.json', sound()], ...others()])), []);
});

for (const [name, expected, breakIt] of faults) {
  test(`${name} is a fault`, () => {
    const dashboard = sound();
    breakIt(dashboard);
    const found = lint(new Map([['broken.json', dashboard], ...others()]));
    assert.ok(found.some((fault) => expected.test(fault)), `found instead: ${found.join('; ') || 'nothing'}`);
    assert.ok(found.every((fault) => /broken\.json/.test(fault)), found.join('; '));
  });
}

test('a uid used by two dashboards is a fault', () => {
  const found = lint(new Map([['one.json', sound()], ['two.json', sound()], ...others()]));
  assert.deepEqual(found, ['two.json: uid seadragon-overview is also that of one.json']);
});

test('two panels of one title that are not the same are a fault', () => {
  const [[file, host], ...rest] = others().filter(([name]) => name === 'seadragon-host.json');
  assert.deepEqual(rest, []);
  panel(host, 'CPU usage over time').description += ' More.';
  const found = lint(new Map([['sound.json', sound()], ...others(), [file, host]]));
  assert.deepEqual(found, [`${file}: panel "CPU usage over time": another panel of this title is in sound.json`]);
});

const colors: Array<[string, RegExp, Break]> = [
  ['a colour that means something else elsewhere', /"Body bytes": received has red here and blue elsewhere/, (d) =>
    Object.assign(overrides(d, 'Body bytes')[0].properties[0].value as object, { fixedColor: 'red' })],
  ['a name without its colour', /"Body bytes": received has a colour by its place here and blue elsewhere/, (d) =>
    overrides(d, 'Body bytes').splice(0)],
  ['a label without its colours', /\{\{outcome\}\} has a colour by its place here and green, orange.* elsewhere/, (d) =>
    overrides(d, 'How requests ended').splice(0)],
];

for (const [name, expected, breakIt] of colors) {
  test(`${name} is a fault`, () => {
    const dashboard = others().find(([file]) => file === 'seadragon-requests.json')?.[1];
    assert.ok(dashboard);
    breakIt(dashboard);
    const rest = others().filter(([file]) => file !== 'seadragon-requests.json');
    const found = lint(new Map([['sound.json', sound()], ...rest, ['broken.json', dashboard]]));
    assert.ok(found.some((fault) => expected.test(fault)), `found instead: ${found.join('; ') || 'nothing'}`);
    assert.ok(found.every((fault) => fault.startsWith('broken.json: ')), found.join('; '));
  });
}
