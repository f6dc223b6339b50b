import type { ReactNode } from 'react';

const INTERVALS = ['5s', '15s', '30s', '1m', '5m'];

export function RefreshChoice({ refresh, choose }: { refresh: string; choose: (to: string) => void }): ReactNode {
  const intervals = INTERVALS.includes(refresh) || !refresh ? INTERVALS : [refresh, ...INTERVALS];
  return (
    <select aria-label="Refresh every" value={refresh} onChange={({ target }) => choose(target.value)}>
      <option value="">Off</option>
      {intervals.map((interval) => <option key={interval} value={interval}>{interval}</option>)}
    </select>
  );
}
