// Addresses of what is served beside the page.

/**
 * An absolute address, from one that is relative to the page. Browsers refuse to fetch a relative one when the page
 * was opened with a login in its address, since that would have it too.
 */
export function beside(address: string, { origin, pathname }: { origin: string; pathname: string } = location): string {
  return new URL(address, origin + pathname).href;
}
