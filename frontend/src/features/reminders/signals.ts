/** From the live connection to whoever shows reminders: one that came, and that some may have been missed. */
import type { Notice } from './notice';

export interface Watcher {
  came(notice: Notice): void;
  reconnected(): void;
}

let watcher: Watcher | null = null;
/** What came before anybody watched: who shows reminders is loaded after the page. */
const early: Notice[] = [];

export function watch(next: Watcher): () => void {
  watcher = next;
  for (const notice of early.splice(0)) next.came(notice);
  return () => {
    if (watcher === next) watcher = null;
  };
}

export function reminderCame(notice: Notice): void {
  if (watcher) watcher.came(notice);
  else early.push(notice);
}
export const streamOpened = () => watcher?.reconnected();
