import type { ReactNode } from 'react';
import { MoonIcon, SunIcon, SystemIcon } from '../icons.tsx';
import type { ThemeChoice } from '../theme.ts';

interface Props {
  choice: ThemeChoice;
  choose: (to: ThemeChoice) => void;
}

const NEXT: Record<ThemeChoice, ThemeChoice> = { system: 'light', light: 'dark', dark: 'system' };
const ICONS: Record<ThemeChoice, () => ReactNode> = { system: SystemIcon, light: SunIcon, dark: MoonIcon };
const NAMES: Record<ThemeChoice, string> = { system: 'as the system', light: 'light', dark: 'dark' };

export function ThemeSwitch({ choice, choose }: Props): ReactNode {
  const Icon = ICONS[choice];
  const label = `Colours: ${NAMES[choice]}. Change to ${NAMES[NEXT[choice]]}`;
  return (
    <button type="button" className="quiet theme-switch" aria-label={label} title={label} onClick={() => choose(NEXT[choice])}>
      <Icon />
    </button>
  );
}
