import { dateTimeFormat } from '@grafana/data';
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

const readable = (time: string) => (/^\d+$/.test(time) ? dateTimeFormat(Number(time)) : time);

/** The dashboard's own periods; one that was chosen by zooming in, or in the address, comes first. */
export function PeriodChoice({ ranges = RANGES, period, choose }: Props): ReactNode {
  const isChosen = ({ from, to }: Period) => from === period.from && to === period.to;
  const own = ranges.some(isChosen) ? [] : [{ ...period, display: `${readable(period.from)} to ${readable(period.to)}` }];
  return (
    <fieldset className="segments">
      <legend className="unseen">Period</legend>
      {[...own, ...ranges].map((range) => (
        <label key={`${range.from} ${range.to}`}>
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
