// The signs of the page itself. They are part of it, so that they are there when nothing can be fetched any more.
import type { ReactNode } from 'react';

function Icon({ children }: { children: ReactNode }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {children}
    </svg>
  );
}

export const ChevronIcon = () => <Icon><path d="M4 6l4 4 4-4" /></Icon>;

export const InfoIcon = () => <Icon><circle cx="8" cy="8" r="6.2" /><path d="M8 7.4v3.8M8 4.7v.4" /></Icon>;

export const LinkIcon = () => <Icon><path d="M6.5 3.5h-3v9h9v-3M9 3h4v4M13 3L7.5 8.5" /></Icon>;

export const RefreshIcon = () => <Icon><path d="M13 4v3.2H9.8M3 12V8.8h3.2M12.6 7A5 5 0 0 0 4 5M3.4 9a5 5 0 0 0 8.6 2" /></Icon>;

export const SunIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="2.8" />
    <path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1" />
  </Icon>
);

export const MoonIcon = () => <Icon><path d="M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6z" /></Icon>;

export const SystemIcon = () => <Icon><circle cx="8" cy="8" r="5.8" /><path d="M8 2.2v11.6A5.8 5.8 0 0 0 8 2.2z" className="filled" /></Icon>;

export const WarningIcon = () => <Icon><path d="M8 2.2L14.4 13.4H1.6zM8 6.6v3M8 11.2v.4" /></Icon>;
