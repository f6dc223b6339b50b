import { useCallback, useEffect, useMemo, useState } from 'react';
import { formatAddress, parseAddress } from './address.ts';
import type { Address } from './address.ts';

/** A click that the browser would answer with another page of this address; one with a key held down is the reader's. */
function localLink(event: MouseEvent): HTMLAnchorElement | undefined {
  const link = event.target instanceof Element ? event.target.closest('a') : undefined;
  const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || event.defaultPrevented || (link.target && link.target !== '_self')) return undefined;
  const isHere = link.origin === location.origin && link.pathname === location.pathname;
  return isHere && link.search ? link : undefined;
}

/** The state of the page. A change is a step that the browser's back button takes back. */
export function useAddress(): [Address, (change: Partial<Address>) => void] {
  const [search, setSearch] = useState(location.search);
  const go = useCallback((to: string) => {
    if (to !== location.search) history.pushState(null, '', to);
    setSearch(to);
  }, []);
  useEffect(() => {
    const back = () => setSearch(location.search);
    const follow = (event: MouseEvent) => {
      const link = localLink(event);
      if (!link) return;
      event.preventDefault();
      go(link.search);
    };
    addEventListener('popstate', back);
    document.addEventListener('click', follow);
    return () => {
      removeEventListener('popstate', back);
      document.removeEventListener('click', follow);
    };
  }, [go]);
  const address = useMemo(() => parseAddress(search), [search]);
  const change = useCallback((part: Partial<Address>) => {
    go(formatAddress({ ...parseAddress(location.search), ...part }));
  }, [go]);
  return [address, change];
}
