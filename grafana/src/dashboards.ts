// Every dashboard there is, as Grafana reads it.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { generationDashboard } from './dashboards/generation.ts';
import { hostDashboard } from './dashboards/host.ts';
import { monitoring } from './dashboards/monitoring.ts';
import { overview } from './dashboards/overview.ts';
import { queueDashboard } from './dashboards/queue.ts';
import { requests } from './dashboards/requests.ts';
import { usageDashboard } from './dashboards/usage.ts';

export function dashboards(): Dashboard[] {
  const all = [overview, requests, queueDashboard, generationDashboard, hostDashboard, usageDashboard, monitoring];
  return all.map((dashboard) => dashboard());
}
