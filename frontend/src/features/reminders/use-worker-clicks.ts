/** A click on a notification outside of the page: the worker that showed it says which task is meant. */
import { useEffect } from 'react';

export function useWorkerClicks(onOpen: (taskId: string) => void): void {
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    const came = ({ data }: MessageEvent<{ open?: unknown } | null>) => {
      if (typeof data?.open === 'string') onOpen(data.open);
    };
    navigator.serviceWorker.addEventListener('message', came);
    return () => navigator.serviceWorker.removeEventListener('message', came);
  }, [onOpen]);
}
