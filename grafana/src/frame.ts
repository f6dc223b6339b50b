// What surrounds the panels of every dashboard: variables, periods, links and alerts.
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  TimeOptionBuilder,
  TimePickerBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { destinations, uidOf } from './links.ts';
import type { Destination } from './links.ts';
import { datasource } from './parts.ts';
import { alertsThat, queryName } from './promql.ts';

export const tag = 'seadragon';

/** Exposed by the library and by the exporter, so its labels name everything that can be chosen. */
const identity = 'seadragon_build_info';

/** The choice of a period: every figure of a period covers the time range of the dashboard. */
export const periods = {
  'Last Hour': 'now-1h',
  'Last Day': 'now-24h',
  'Last Week': 'now-7d',
  'Last Month': 'now-30d',
};

function choiceOf(label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(label)
    .label(label)
    .datasource(datasource)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+');
}

function frame(name: Destination, description: string): DashboardBuilder {
  const ranges = Object.entries(periods).map(([display, from]) =>
    new TimeOptionBuilder().display(display).from(from).to('now'),
  );
  return new DashboardBuilder(`Seadragon / ${destinations[name]}`)
    .uid(uidOf(name))
    .description(description)
    .tags([tag])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('30s')
    .time({ from: periods['Last Hour'], to: 'now' })
    .timezone('browser')
    .timepicker(new TimePickerBuilder().quickRanges(ranges))
    .link(
      new DashboardLinkBuilder('Seadragon dashboards')
        .type(DashboardLinkType.Dashboards)
        .tags([tag])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'))
    .withVariable(choiceOf('job', `label_values(${identity}, job)`))
    .withVariable(choiceOf('instance', `label_values(${identity}{job=~"$job"}, instance)`))
    .annotation(
      new AnnotationQueryBuilder()
        .name('Alerts')
        .datasource(datasource)
        .enable(true)
        .iconColor('red')
        .expr(alertsThat('firing')),
    );
}

const columns = 24;

type PanelBuilder = Builder<Panel> & { span(width: number): unknown };

/** Lines of panels below each title; the panels of a line are equally wide. */
export type Rows = Record<string, PanelBuilder[][]>;

export function dashboard(name: Destination, description: string, rows: Rows): Dashboard {
  const builder = frame(name, description);
  for (const [title, lines] of Object.entries(rows)) {
    builder.withRow(new RowBuilder(title));
    for (const line of lines) {
      for (const panel of line) {
        panel.span(columns / line.length);
        builder.withPanel(panel);
      }
    }
  }
  return numbered(builder.build());
}

/** Panels with ids and queries with names: Grafana would otherwise invent them anew at every load. */
function numbered(built: Dashboard): Dashboard {
  built.panels?.forEach((panel, i) => {
    panel.id = i + 1;
    const queries = 'targets' in panel ? (panel.targets ?? []) : [];
    queries.forEach((query, j) => Object.assign(query, { refId: queryName(j) }));
  });
  return built;
}
