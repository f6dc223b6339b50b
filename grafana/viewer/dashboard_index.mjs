// The list of dashboards that the page offers.

/** From the general to the particular; the first opens when none is asked for. */
const ORDER = ['overview', 'requests', 'queue', 'generation', 'host', 'usage', 'monitoring'];

/**
 * One entry for each dashboard: our own in their order, then others by title.
 * @param {Array<{ file: string, json: string }>} dashboards
 * @returns {import('./src/dashboard.ts').IndexEntry[]}
 */
export function indexOf(dashboards) {
  const entries = dashboards.map(({ file, json }) => {
    const { uid, title, description = '' } = parse(file, json);
    if (!uid || !title) throw new Error(`${file}: a dashboard needs a uid and a title`);
    return { uid, title, description, file };
  });
  const uids = entries.map(({ uid }) => uid);
  const twice = entries.find(({ uid }, i) => uids.indexOf(uid) !== i);
  if (twice) throw new Error(`${twice.file}: another dashboard has the uid ${twice.uid}`);
  return entries.sort((a, b) => rank(a.uid) - rank(b.uid) || a.title.localeCompare(b.title, 'en'));
}

/** @param {string} uid */
function rank(uid) {
  const place = ORDER.indexOf(uid.replace(/^seadragon-/, ''));
  return place === -1 ? ORDER.length : place;
}

/**
 * @param {string} file
 * @param {string} json
 */
function parse(file, json) {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`${file}: ${/** @type {Error} */ (error).message}`);
  }
}
