// The time that a dashboard shows.
import { dateMath, dateTime } from '@grafana/data';
import type { DateTime, TimeRange } from '@grafana/data';
import type { Span } from './prometheus.ts';

function parse(text: string, now: DateTime, roundUp: boolean): DateTime {
  const time = /^\d+$/.test(text) ? dateTime(Number(text)) : dateMath.toDateTime(text, { now, roundUp });
  if (!time?.isValid()) throw new Error(`The address has no time that can be read: ${text}`);
  return time;
}

/** From and to as Grafana has them in its addresses: `now-24h`, `now`, Unix milliseconds, or an ISO time. */
export function timeRange(from: string, to: string, now = Date.now()): TimeRange {
  const range = { from: parse(from, dateTime(now), false), to: parse(to, dateTime(now), true), raw: { from, to } };
  if (!range.from.isBefore(range.to)) throw new Error(`The period in the address is empty: ${from} to ${to}`);
  return range;
}

export function spanOf({ from, to }: TimeRange): Span {
  return { start: from.valueOf() / 1000, end: to.valueOf() / 1000 };
}
