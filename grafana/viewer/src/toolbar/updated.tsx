import { dateTimeFormat } from '@grafana/data';
import type { ReactNode } from 'react';
import type { Live } from '../use_live.ts';

/** Up to when the numbers are true. */
export function Updated({ live, failure }: { live: Live; failure?: string }): ReactNode {
  if (failure) return <span className="updated is-error">Not updated</span>;
  if (live.isOverdue) return <span className="updated is-error">Waiting for Prometheus …</span>;
  if (!live.picture) return <span className="updated">Loading …</span>;
  const { to } = live.picture.range;
  return (
    <time className="updated" dateTime={to.toISOString()}>
      Updated {dateTimeFormat(to, { format: 'HH:mm:ss' })}
    </time>
  );
}
