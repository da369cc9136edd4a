/** What the settings of reminders are laid out with. */
import type { ReactNode } from 'react';

export function Line({ label, hint, children }: { label: string; hint: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <span className="font-semibold" aria-hidden="true">
        {label}
      </span>
      <div className="flex items-center gap-2">{children}</div>
      <p className="text-meta text-ink-2">{hint}</p>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  hint: string;
  isOn: boolean;
  isDisabled?: boolean;
  onToggle: (on: boolean) => void;
  /** Shown while it is on. */
  children: ReactNode;
}

export function Choice({ label, hint, isOn, isDisabled = false, onToggle, children }: ChoiceProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <label className="flex min-h-9 items-center gap-2 font-semibold">
        <input type="checkbox" className="size-4 accent-accent" checked={isOn} disabled={isDisabled} onChange={({ target }) => onToggle(target.checked)} />
        {label}
      </label>
      {isOn && <div className="flex items-center gap-2">{children}</div>}
      <p className="text-meta text-ink-2">{hint}</p>
    </div>
  );
}
