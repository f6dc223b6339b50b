import type { ReactNode } from 'react';
import type { IndexEntry } from '../dashboard.ts';

interface Props {
  index: IndexEntry[];
  uid: string;
  addressOf: (uid: string) => string;
  choose: (uid: string) => void;
}

/** All titles begin with the project's name, which stands beside them. */
const short = (title: string) => title.replace(/^Seadragon \/ /, '');

/** Links where there is room for them, a list where there is not. */
export function DashboardChoice({ index, uid, addressOf, choose }: Props): ReactNode {
  return (
    <nav aria-label="Dashboards">
      <ul className="tabs">
        {index.map((entry) => (
          <li key={entry.uid}>
            <a
              href={addressOf(entry.uid)}
              title={entry.description}
              aria-current={entry.uid === uid ? 'page' : undefined}
            >
              {short(entry.title)}
            </a>
          </li>
        ))}
      </ul>
      <select className="tabs-list" aria-label="Dashboard" value={uid} onChange={({ target }) => choose(target.value)}>
        {index.map((entry) => <option key={entry.uid} value={entry.uid}>{short(entry.title)}</option>)}
      </select>
    </nav>
  );
}
