// A dashboard: its rows and panels, each in its place.
import type { CSSProperties, ReactNode } from 'react';
import { describe } from './alerts.ts';
import type { Dashboard, Panel } from './dashboard.ts';
import { ChevronIcon } from './icons.tsx';
import type { Choices } from './links.ts';
import type { Picture } from './load.ts';
import { PanelFrame } from './panel_frame.tsx';
import type { Section } from './sections.ts';

interface BoardProps {
  dashboard?: Dashboard;
  layout: Section[];
  openRows: ReadonlySet<number>;
  toggleRow: (row: Panel) => void;
  /** Absent until the first load is complete, and when there is a failure. */
  picture?: Picture;
  failure?: string;
  /** The picture is of an older choice than the one that the bar shows, or of a time that is long over. */
  isStale: boolean;
  choices: Choices;
  zoom: (span: { from: string; to: string }) => void;
}

function place({ gridPos: { x, y, w, h } }: Panel): CSSProperties {
  return { '--x': x + 1, '--y': y + 1, '--w': w, '--h': h } as CSSProperties;
}

function RowTitle({ row, isOpen, toggle }: { row: Panel; isOpen: boolean; toggle: () => void }): ReactNode {
  return (
    <h2 className="row-title">
      <button type="button" aria-expanded={isOpen} onClick={toggle}>
        <ChevronIcon />
        {row.title}
      </button>
    </h2>
  );
}

export function Board(props: BoardProps): ReactNode {
  const { dashboard, layout, openRows, toggleRow, picture, failure, isStale, choices, zoom } = props;
  return (
    <main aria-busy={!failure && (isStale || !picture)} aria-label={dashboard?.title}>
      {picture?.notices.map((notice) => (
        <p key={notice} role="status" className="notice">{notice}</p>
      ))}
      {picture && picture.firings.length > 0 && (
        <ul className="unseen" aria-label="Alerts in this period">
          {picture.firings.map((firing, i) => <li key={i}>{describe(firing)}</li>)}
        </ul>
      )}
      {layout.map(({ row, panels }) => (
        <div key={row?.id ?? 0} className="section">
          {row && <RowTitle row={row} isOpen={openRows.has(row.id)} toggle={() => toggleRow(row)} />}
          {(!row || openRows.has(row.id)) && (
            <div className="grid">
              {panels.map((panel) => (
                <PanelFrame
                  key={panel.id}
                  panel={panel}
                  style={place(panel)}
                  data={picture?.panels.get(panel.id)}
                  picture={picture}
                  failure={failure}
                  choices={choices}
                  zoom={zoom}
                />
              ))}
            </div>
          )}
        </div>
      ))}
    </main>
  );
}
