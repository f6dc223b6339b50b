// Every dashboard there is, as Grafana reads it.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { numbered } from './frame.ts';
import { overview } from './overview.ts';

export function dashboards(): Dashboard[] {
  return [overview].map((dashboard) => numbered(dashboard().build()));
}
