import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { ChevronIcon } from '../icons.tsx';
import type { Variable } from '../variables.ts';

interface Props {
  variable: Variable;
  /** None for all. */
  chosen: string[];
  choose: (values: string[]) => void;
}

/** Closes what is open when the reader turns to something else. */
function useOpen() {
  const [isOpen, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const elsewhere = ({ target }: Event) => {
      if (!whole.current?.contains(target as Node)) setOpen(false);
    };
    const escape = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape') return;
      setOpen(false);
      opener.current?.focus();
    };
    document.addEventListener('pointerdown', elsewhere);
    document.addEventListener('focusin', elsewhere);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
      document.removeEventListener('focusin', elsewhere);
      document.removeEventListener('keydown', escape);
    };
  }, [isOpen]);
  return { isOpen, setOpen, whole, opener };
}

/** The values of a label, of which none, one or several can be chosen; none stands for all. */
export function VariableChoice({ variable: { name, label, options, multi }, chosen, choose }: Props): ReactNode {
  const { isOpen, setOpen, whole, opener } = useOpen();
  const id = useId();
  const summary = chosen.length > 2 ? `${chosen.length} chosen` : chosen.join(', ') || 'All';
  // A value that is gone stays to be seen, and to be taken back.
  const all = [...options, ...chosen.filter((value) => !options.includes(value))];
  const toggle = (value: string) => {
    if (!multi) choose([value]);
    else choose(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  };
  return (
    <div className="choice" ref={whole} data-variable={name}>
      <button type="button" className="button" ref={opener} aria-expanded={isOpen} aria-controls={id}
        onClick={() => setOpen(!isOpen)}>
        <span className="choice-label">{label}</span>
        <span className="choice-value">{summary}</span>
        <ChevronIcon />
      </button>
      <fieldset id={id} className="choice-list" hidden={!isOpen}>
        <legend className="unseen">{label}</legend>
        <label>
          <input type="checkbox" checked={!chosen.length} onChange={() => choose([])} />
          All
        </label>
        {all.map((value) => (
          <label key={value}>
            <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
            {value}
          </label>
        ))}
      </fieldset>
    </div>
  );
}
