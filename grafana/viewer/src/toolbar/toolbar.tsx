// The bar at the top: which dashboard, of what, from when, and how old it is.
import type { ReactNode } from 'react';
import { formatAddress } from '../address.ts';
import type { Address } from '../address.ts';
import type { Dashboard, IndexEntry } from '../dashboard.ts';
import { RefreshIcon, WarningIcon } from '../icons.tsx';
import type { ThemeChoice } from '../theme.ts';
import type { Live } from '../use_live.ts';
import type { Variable } from '../variables.ts';
import { DashboardChoice } from './dashboard_choice.tsx';
import { PeriodChoice } from './period_choice.tsx';
import { RefreshChoice } from './refresh_choice.tsx';
import { ThemeSwitch } from './theme_switch.tsx';
import { Updated } from './updated.tsx';
import { VariableChoice } from './variable_choice.tsx';

interface ToolbarProps {
  index: IndexEntry[];
  uid: string;
  dashboard?: Dashboard;
  address: Address;
  change: (part: Partial<Address>) => void;
  period: { from: string; to: string };
  refresh: string;
  variables: Variable[];
  live: Live;
  failure?: string;
  theme: { choice: ThemeChoice; choose: (to: ThemeChoice) => void };
}

export function Toolbar(props: ToolbarProps): ReactNode {
  const { index, uid, dashboard, address, change, period, refresh, variables, live, failure, theme } = props;
  const choices = variables.filter(({ options }) => options.length);
  return (
    <header className="toolbar">
      <div className="toolbar-line">
        <h1>Seadragon</h1>
        <DashboardChoice
          index={index}
          uid={uid}
          addressOf={(to) => formatAddress({ ...address, dashboard: to })}
          choose={(to) => change({ dashboard: to })}
        />
        <ThemeSwitch {...theme} />
      </div>
      <div className="toolbar-line" role="group" aria-label="What is shown">
        <PeriodChoice ranges={dashboard?.timepicker?.quick_ranges} period={period} choose={change} />
        {choices.map((variable) => (
          <VariableChoice
            key={variable.name}
            variable={variable}
            chosen={address.variables[variable.name] ?? []}
            choose={(values) => change({ variables: { ...address.variables, [variable.name]: values } })}
          />
        ))}
        <div className="freshness">
          <Updated live={live} failure={failure} />
          <button type="button" className="button" onClick={live.reload} aria-label="Refresh now" title="Refresh now">
            <RefreshIcon />
          </button>
          <RefreshChoice refresh={refresh} choose={(to) => change({ refresh: to })} />
        </div>
      </div>
      {failure && (
        <p role="alert" className="failure">
          <WarningIcon />
          <span>
            {failure}.{' '}
            {live.isUnreachable && (refresh ? `The page asks again every ${refresh}.` : 'Refresh to ask again.')}
          </span>
        </p>
      )}
      <div className={live.loading ? 'progress is-running' : 'progress'} />
    </header>
  );
}
