import { initPluginTranslations } from '@grafana/i18n';
import { createRoot } from 'react-dom/client';
import { beside } from './beside.ts';
import { readJson } from './dashboard.ts';
import type { IndexEntry } from './dashboard.ts';
import { Page } from './page.tsx';
import './viewer.css';

declare global {
  interface Window {
    /** Where Grafana's components fetch their icons from. */
    __grafana_public_path__?: string;
  }
}

async function start(root: HTMLElement): Promise<void> {
  window.__grafana_public_path__ = beside('public/');
  await initPluginTranslations('seadragon-viewer'); // Before any of Grafana's components is used.
  const index = await readJson<IndexEntry[]>('dashboards/index.json');
  createRoot(root).render(<Page index={index} />);
}

const root = document.getElementById('root')!;
start(root).catch((error: Error) => {
  root.setAttribute('role', 'alert');
  root.textContent = `The page cannot start: ${error.message}`;
});
