// Light or dark: as the system is, or as the reader chose here.
import { createTheme } from '@grafana/data';
import type { GrafanaTheme2 } from '@grafana/data';
import { useEffect, useMemo, useState } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'seadragon.theme';
const DARK = matchMedia('(prefers-color-scheme: dark)');
// Inter is what Grafana looks like; it is not part of the page, and any other sans serif will do.
const FONT = 'Inter, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const themes = {
  light: createTheme({ colors: { mode: 'light' }, typography: { fontFamily: FONT } }),
  dark: createTheme({ colors: { mode: 'dark' }, typography: { fontFamily: FONT } }),
};

function remembered(): ThemeChoice {
  try {
    const choice = localStorage.getItem(KEY);
    return choice === 'light' || choice === 'dark' ? choice : 'system';
  } catch {
    return 'system'; // The browser keeps nothing for pages.
  }
}

function remember(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // The choice holds for as long as the page is open.
  }
}

/** Gives the style sheet the colours that Grafana's components have. */
function paint({ colors, isDark, typography, shape, components }: GrafanaTheme2): void {
  const root = document.documentElement;
  root.style.colorScheme = isDark ? 'dark' : 'light';
  const properties = {
    font: typography.fontFamily,
    radius: shape.radius.default,
    canvas: colors.background.canvas,
    panel: components.panel.background,
    raised: colors.background.elevated,
    field: components.input.background,
    'field-border': components.input.borderColor,
    border: colors.border.weak,
    'strong-border': colors.border.medium,
    text: colors.text.primary,
    'text-secondary': colors.text.secondary,
    link: colors.text.link,
    hover: colors.action.hover,
    selected: colors.action.selected,
    accent: colors.primary.main,
    'accent-text': colors.primary.text,
    error: colors.error.text,
    'error-background': colors.error.transparent,
    'error-border': colors.error.border,
    warning: colors.warning.text,
    'warning-background': colors.warning.transparent,
    'warning-border': colors.warning.border,
  };
  for (const [name, value] of Object.entries(properties)) root.style.setProperty(`--${name}`, value);
}

export function useThemeChoice(): { theme: GrafanaTheme2; choice: ThemeChoice; choose: (to: ThemeChoice) => void } {
  const [choice, setChoice] = useState(remembered);
  const [systemIsDark, setSystemIsDark] = useState(DARK.matches);
  useEffect(() => {
    const follow = () => setSystemIsDark(DARK.matches);
    DARK.addEventListener('change', follow);
    return () => DARK.removeEventListener('change', follow);
  }, []);
  const system = systemIsDark ? 'dark' : 'light';
  const theme = themes[choice === 'system' ? system : choice];
  useMemo(() => paint(theme), [theme]);
  const choose = (to: ThemeChoice) => {
    remember(to);
    setChoice(to);
  };
  return { theme, choice, choose };
}
