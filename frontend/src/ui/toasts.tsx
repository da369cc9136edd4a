'use client';
/**
 * Short messages at the foot of the page. They are announced politely, take no focus, wait while the pointer or
 * the focus is on them, and one with a key replaces its predecessor with that key.
 */
import { useSyncExternalStore, useState, useEffect } from 'react';
import { useTranslations } from 'next-intl';
import { iconButton } from './classes';
import { Icon, type IconName } from './icons';

export interface Toast {
  readonly key: string;
  readonly text: string;
  readonly tone?: 'plain' | 'error';
  readonly icon?: IconName;
  /** Until somebody acts on it. */
  readonly stays?: boolean;
  /** Somebody sent it away. */
  readonly dismissed?: () => void;
  readonly actions?: readonly { readonly label: string; readonly run: () => void }[];
}

const SHOWN_MS = 8_000;
const MOST = 3;

let toasts: readonly Toast[] = [];
const watchers = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next.slice(-MOST);
  for (const watcher of watchers) watcher();
}

export function showToast(toast: Toast): void {
  const at = toasts.findIndex(({ key }) => key === toast.key);
  set(at < 0 ? [...toasts, toast] : toasts.with(at, toast));
}

/** Changes a toast that is still there; one that has gone stays gone. */
export function amendToast(toast: Toast): void {
  if (toasts.some(({ key }) => key === toast.key)) showToast(toast);
}

export function dropToast(key: string): void {
  set(toasts.filter((toast) => toast.key !== key));
}

const NONE: readonly Toast[] = [];

export function Toasts() {
  const shown = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => toasts,
    () => NONE,
  );
  return (
    <div
      role="status"
      aria-live="polite"
      // React Aria leaves this reachable and alive while a dialog is open.
      data-react-aria-top-layer="true"
      className="toasts pointer-events-none z-50 flex flex-col items-center gap-2 p-4"
    >
      {shown.map((toast) => (
        <ToastCard key={toast.key} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const t = useTranslations('toast');
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held || toast.stays) return;
    const timer = setTimeout(() => dropToast(toast.key), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, toast]);
  return (
    <div
      data-toast={toast.key}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="rise pointer-events-auto flex min-h-12 w-full max-w-md flex-wrap items-center gap-1 rounded-card border border-line bg-surface py-1 pr-1 pl-4 shadow-overlay"
    >
      {toast.tone === 'error' && <Icon name="alert" className="mr-1 text-danger" />}
      {toast.icon && <Icon name={toast.icon} className="mr-1 text-accent" />}
      {/* On a phone two actions would leave no room for what is said. */}
      <span className={`min-w-0 flex-1 py-1.5 wrap-break-word ${(toast.actions?.length ?? 0) > 1 ? 'max-sm:basis-4/5' : ''}`}>{toast.text}</span>
      <span className="ml-auto flex items-center">
        {toast.actions?.map(({ label, run }) => (
          <button
            key={label}
            type="button"
            className="min-h-9 rounded-control px-3 font-semibold whitespace-nowrap text-accent hover:bg-hover"
            onClick={() => {
              dropToast(toast.key);
              run();
            }}
          >
            {label}
          </button>
        ))}
        <button type="button" aria-label={t('dismiss')} className={iconButton} onClick={() => {
            dropToast(toast.key);
            toast.dismissed?.();
          }}>
          <Icon name="close" />
        </button>
      </span>
    </div>
  );
}
