/** From the live connection to whoever shows reminders: one that came, and that some may have been missed. */
import type { Notice } from './notice';

export interface Watcher {
  came(notice: Notice): void;
  reconnected(): void;
}

let watcher: Watcher | null = null;

export function watch(next: Watcher): () => void {
  watcher = next;
  return () => {
    if (watcher === next) watcher = null;
  };
}

export const reminderCame = (notice: Notice) => watcher?.came(notice);
export const streamOpened = () => watcher?.reconnected();
