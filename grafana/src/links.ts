// From a panel to the dashboard that explains it.
import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';

/** The last part of a dashboard's uid, and what the way to it is called. */
export const destinations = {
  overview: 'Overview',
  requests: 'Requests',
  queue: 'Queue',
  generation: 'Generation',
  host: 'Host and GPU',
  usage: 'Usage',
  monitoring: 'Alerting and monitoring health',
};

export type Destination = keyof typeof destinations;

export const uidOf = (destination: Destination): string => `seadragon-${destination}`;

/** Period and variables stay as they are chosen. */
const kept = '${__url_time_range}&${datasource:queryparam}&${job:queryparam}&${instance:queryparam}';

export function linkTo(destination: Destination): DashboardLinkBuilder {
  return new DashboardLinkBuilder(destinations[destination])
    .type(DashboardLinkType.Link)
    .url(`/d/${uidOf(destination)}?${kept}`);
}
