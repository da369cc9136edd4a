/** The looks that more than one place shares. */
const control = 'inline-flex items-center justify-center gap-2 rounded-control px-3 transition-colors duration-[var(--t-state)]';

export const primaryButton = `${control} min-h-10 bg-accent font-semibold text-on-accent hover:opacity-90 disabled:opacity-50 aria-disabled:opacity-60`;
export const quietButton = `${control} min-h-10 border border-line-strong bg-surface text-ink hover:bg-hover disabled:opacity-50`;
export const plainButton = `${control} min-h-9 text-ink-2 hover:bg-hover hover:text-ink`;
export const iconButton =
  'inline-flex size-9 shrink-0 items-center justify-center rounded-control text-ink-2 hover:bg-hover hover:text-ink';
export const field =
  'w-full min-h-10 rounded-control border border-line-strong bg-surface px-3 text-ink focus-visible:outline-offset-0';
export const overlay = 'rounded-card border border-line bg-surface text-ink shadow-overlay outline-none';
