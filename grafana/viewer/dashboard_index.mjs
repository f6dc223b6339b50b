// The list of dashboards that the page offers.

/** The one that opens when none is asked for. */
const FIRST = 'seadragon-overview';

/**
 * One entry for each dashboard, the overview first, then by title.
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
  const rank = (/** @type {{ uid: string }} */ { uid }) => (uid === FIRST ? 0 : 1);
  return entries.sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title, 'en'));
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
