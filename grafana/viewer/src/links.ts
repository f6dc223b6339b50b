// Where a link of a dashboard leads to on this page.
import { formattedValueToString } from '@grafana/data';
import type { DataFrame, DisplayValue, Field } from '@grafana/data';
import { formatAddress, parseAddress } from './address.ts';
import { interpolate } from './interpolate.ts';
import type { ValueOf } from './interpolate.ts';
import { inLink } from './variables.ts';
import type { Variable } from './variables.ts';

/** What a link can hand on: the choices of the page that it is on. */
export interface Choices {
  from: string;
  to: string;
  /** Absent where the dashboard's own is used. */
  refresh?: string;
  variables: Variable[];
}

/** The value that a data link belongs to. */
export interface Place {
  frame: DataFrame;
  field: Field;
  row?: number;
  value?: DisplayValue;
}

const timeRange = ({ from, to }: Choices) => new URLSearchParams({ from, to }).toString();

function ofPage(choices: Choices): ValueOf {
  return (name, format) => {
    if (name === '__url_time_range') return timeRange(choices);
    if (name === '__all_variables') return choices.variables.map((each) => inLink(each, 'queryparam')).join('&');
    const variable = choices.variables.find((candidate) => candidate.name === name);
    return variable && inLink(variable, format);
  };
}

function ofPlace({ frame, field, row, value }: Place): ValueOf {
  return (name) => {
    const label = /^__(?:field|series)\.labels\.(\w+)$/.exec(name)?.[1];
    if (label) return field.labels?.[label] ?? '';
    const column = /^__data\.fields\.(\w+)$/.exec(name)?.[1];
    if (column) {
      const found = frame.fields.find((each) => each.name === column || each.config.displayName === column);
      return row === undefined ? undefined : String(found?.values[row] ?? '');
    }
    if (name === '__value.raw') return String(row === undefined ? (value?.numeric ?? '') : field.values[row]);
    if (name === '__value.text') return value && formattedValueToString(value);
    if (name === '__field.name') return field.name;
    return name === '__series.name' ? (field.config.displayNameFromDS ?? field.name) : undefined;
  };
}

const DASHBOARD = /^\/d\/([^/?#]+)[^?#]*(?:\?([^#]*))?/;

/** A dashboard of this page, or an address of the web. Others are Grafana's own pages, which are not here. */
function onThisPage(url: string, { refresh, variables }: Choices): string | undefined {
  const [, uid, query] = DASHBOARD.exec(url) ?? [];
  if (!uid) return /^https?:\/\//.test(url) ? url : undefined;
  const address = parseAddress(query ?? '');
  // What nobody can choose here, the data source above all, has no place in the address.
  for (const { name, options } of variables) if (!options.length) delete address.variables[name];
  return formatAddress({ ...address, refresh: address.refresh ?? refresh, dashboard: decodeURIComponent(uid) });
}

/** The address of a link, or undefined if it leads to a page that only Grafana has. */
export function resolveLink(url: string, choices: Choices, place?: Place): string | undefined {
  const page = ofPage(choices);
  const here = place && ofPlace(place);
  const filled = interpolate(url, (name, format) => {
    const value = here?.(name, format);
    return value === undefined ? page(name, format) : encodeURIComponent(value);
  });
  return onThisPage(filled, choices);
}
