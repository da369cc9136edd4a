'use client';
import { Icon } from './icons';

/** The round box that finishes a task, or reopens it. Its touch target is the whole 44 px square. */
export function Circle({ done, label, late, onPress }: { done: boolean; label: string; late?: boolean; onPress: () => void }) {
  const ring = done ? 'border-accent bg-accent text-on-accent' : late ? 'border-danger' : 'border-line-strong';
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={done}
      aria-label={label}
      onClick={onPress}
      className="group grid size-11 shrink-0 place-items-center rounded-control"
    >
      <span
        className={`grid size-5 place-items-center rounded-round border-2 transition-colors duration-[var(--t-state)] group-hover:bg-accent-soft group-aria-checked:group-hover:bg-accent ${ring}`}
      >
        <Icon name="check" className={`size-3 stroke-3 transition-opacity duration-[var(--t-state)] ${done ? 'opacity-100' : 'opacity-0'}`} />
      </span>
    </button>
  );
}
