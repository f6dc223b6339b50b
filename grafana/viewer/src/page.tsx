// The whole page: the bar at the top, and the dashboard below it.
import { ThemeContext } from '@grafana/data';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Board } from './board.tsx';
import { readJson } from './dashboard.ts';
import type { Dashboard, IndexEntry, Panel } from './dashboard.ts';
import type { Choices } from './links.ts';
import { sections } from './sections.ts';
import { useThemeChoice } from './theme.ts';
import { Toolbar } from './toolbar/toolbar.tsx';
import { useAddress } from './use_address.ts';
import { useLive } from './use_live.ts';
import type { LiveQuestion } from './use_live.ts';
import type { Variable } from './variables.ts';

const COLUMNS = 24;
/** Where the style sheet lays the panels out below each other. */
const NARROW = 768;
const DEFAULT_PERIOD = { from: 'now-1h', to: 'now' };
const NO_ROWS: ReadonlySet<number> = new Set();
const NO_VARIABLES: Variable[] = [];

function useDashboard(index: IndexEntry[], uid: string): { dashboard?: Dashboard; failure?: string } {
  const [read, setRead] = useState<{ uid: string; dashboard?: Dashboard; failure?: string }>();
  useEffect(() => {
    const entry = index.find((candidate) => candidate.uid === uid);
    if (!entry) {
      setRead({ uid, failure: `There is no dashboard ${uid}: choose one above` });
      return undefined;
    }
    let isWanted = true;
    const settle = (outcome: { dashboard?: Dashboard; failure?: string }) => isWanted && setRead({ uid, ...outcome });
    readJson<Dashboard>(`dashboards/${entry.file}`).then(
      (dashboard) => settle({ dashboard }),
      (error: Error) => settle({ failure: `The dashboard ${uid} cannot be read: ${error.message}` }),
    );
    return () => {
      isWanted = false;
    };
  }, [index, uid]);
  return read?.uid === uid ? read : {};
}

function widthOf({ gridPos }: Panel): number {
  const width = document.documentElement.clientWidth;
  return Math.floor(width < NARROW ? width : (width * gridPos.w) / COLUMNS);
}

function useOpenRows(dashboard: Dashboard | undefined): [Set<number>, (row: Panel) => void] {
  const [toggled, setToggled] = useState<{ dashboard?: Dashboard; rows: ReadonlySet<number> }>({ rows: NO_ROWS });
  const rows = toggled.dashboard === dashboard ? toggled.rows : NO_ROWS;
  const open = useMemo(() => {
    const all = dashboard?.panels.filter(({ type }) => type === 'row') ?? [];
    return new Set(all.filter((row) => Boolean(row.collapsed) === rows.has(row.id)).map(({ id }) => id));
  }, [dashboard, rows]);
  const toggle = ({ id }: Panel) => {
    const changed = new Set(rows);
    if (!changed.delete(id)) changed.add(id);
    setToggled({ dashboard, rows: changed });
  };
  return [open, toggle];
}

export function Page({ index }: { index: IndexEntry[] }): ReactNode {
  const { theme, choice, choose } = useThemeChoice();
  const [address, change] = useAddress();
  const uid = address.dashboard ?? index[0].uid;
  const { dashboard, failure: unreadable } = useDashboard(index, uid);
  const [openRows, toggleRow] = useOpenRows(dashboard);
  const layout = useMemo(() => (dashboard ? sections(dashboard) : []), [dashboard]);

  const from = address.from ?? dashboard?.time?.from ?? DEFAULT_PERIOD.from;
  const to = address.to ?? dashboard?.time?.to ?? DEFAULT_PERIOD.to;
  const refresh = address.refresh ?? dashboard?.refresh ?? '';
  const question = useMemo<LiveQuestion | undefined>(() => {
    if (!dashboard) return undefined;
    const shown = layout.filter(({ row }) => !row || openRows.has(row.id)).flatMap(({ panels }) => panels);
    return { dashboard, chosen: address.variables, from, to, panels: shown, widthOf };
  }, [dashboard, layout, openRows, address.variables, from, to]);

  const live = useLive(question, refresh);
  // Numbers of one dashboard say nothing in the panels of another.
  const isOurs = live.question?.dashboard === dashboard;
  const picture = isOurs ? live.picture : undefined;
  const failure = unreadable ?? (isOurs ? live.failure : undefined);
  // They stay at the top while another dashboard loads, and while Prometheus does not answer.
  const known = useRef(NO_VARIABLES);
  if (live.picture) known.current = live.picture.variables;
  const variables = known.current;
  const choices = useMemo<Choices>(
    () => ({ from, to, refresh: address.refresh, variables }),
    [from, to, address.refresh, variables],
  );

  useEffect(() => {
    if (dashboard) document.title = dashboard.title;
  }, [dashboard]);

  return (
    <ThemeContext.Provider value={theme}>
      <Toolbar
        index={index}
        uid={uid}
        dashboard={dashboard}
        address={address}
        change={change}
        period={{ from, to }}
        refresh={refresh}
        variables={variables}
        live={live}
        failure={failure}
        theme={{ choice, choose }}
      />
      <Board
        dashboard={dashboard}
        layout={layout}
        openRows={openRows}
        toggleRow={toggleRow}
        picture={failure ? undefined : picture}
        failure={failure}
        isStale={live.isOverdue || (live.loading && live.question !== question)}
        choices={choices}
        zoom={change}
      />
    </ThemeContext.Provider>
  );
}
