import type { FieldDisplay } from '@grafana/data';
import type { ReactNode } from 'react';

/** A figure that leads to where its first data link says. */
export function Linked({ figure, children }: { figure: FieldDisplay; children: ReactNode }): ReactNode {
  const link = figure.getLinks?.()[0];
  if (!link) return children;
  return <a className="figure-link" href={link.href} target={link.target} title={link.title}>{children}</a>;
}
