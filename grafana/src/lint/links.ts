// Where panels lead to: to a dashboard that exists, with everything kept that is chosen.
import { destinations, linkTo, uidOf } from '../links.ts';
import type { Destination } from '../links.ts';
import type { LinkJson, PanelJson, Say } from './json.ts';

const known = new Map(
  (Object.keys(destinations) as Destination[]).map((name) => [uidOf(name), linkTo(name).build().url]),
);

function linksOf({ links = [], fieldConfig }: PanelJson): LinkJson[] {
  const overridden = (fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
    properties.filter(({ id }) => id === 'links').flatMap(({ value }) => value as LinkJson[]),
  );
  return [...links, ...(fieldConfig?.defaults?.links ?? []), ...overridden];
}

export function lintLinks(panel: PanelJson, uids: Set<string>, say: Say): void {
  for (const { url = '' } of linksOf(panel)) {
    const uid = /^\/d\/([\w-]+)\?/.exec(url)?.[1] ?? '';
    if (!uids.has(uid)) say(`link to a dashboard that does not exist: ${url}`);
    else if (url !== known.get(uid)) say(`link that does not keep period and variables: ${url}`);
  }
}
