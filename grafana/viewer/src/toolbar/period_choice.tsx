import { dateTimeFormat, rangeUtil } from '@grafana/data';
import type { ReactNode } from 'react';
import type { QuickRange } from '../dashboard.ts';

interface Period {
  from: string;
  to: string;
}

interface Props {
  ranges?: QuickRange[];
  period: Period;
  choose: (period: Period) => void;
}

const RANGES: QuickRange[] = [
  { display: 'Last hour', from: 'now-1h', to: 'now' },
  { display: 'Last day', from: 'now-24h', to: 'now' },
  { display: 'Last week', from: 'now-7d', to: 'now' },
  { display: 'Last month', from: 'now-30d', to: 'now' },
];

function describe({ from, to }: Period): string {
  if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) return rangeUtil.describeTimeRange({ from, to });
  const [begin, end] = [Number(from), Number(to)];
  const isOneDay = new Date(begin).toDateString() === new Date(end).toDateString();
  const format = (time: number, text: string) => dateTimeFormat(time, { format: text });
  return `${format(begin, 'MMM D HH:mm:ss')} to ${format(end, isOneDay ? 'HH:mm:ss' : 'MMM D HH:mm:ss')}`;
}

/** The dashboard's own periods; one that was chosen by zooming in, or in the address, comes first. */
export function PeriodChoice({ ranges = RANGES, period, choose }: Props): ReactNode {
  const isChosen = ({ from, to }: Period) => from === period.from && to === period.to;
  const own = ranges.some(isChosen) ? [] : [{ ...period, display: describe(period) }];
  return (
    <fieldset className="segments">
      <legend className="unseen">Period</legend>
      {[...own, ...ranges].map((range) => (
        <label key={`${range.from} ${range.to}`} className={own.includes(range) ? 'is-own' : undefined}>
          <input
            type="radio"
            name="period"
            checked={isChosen(range)}
            onChange={() => choose({ from: range.from, to: range.to })}
          />
          <span>{range.display}</span>
        </label>
      ))}
    </fieldset>
  );
}
