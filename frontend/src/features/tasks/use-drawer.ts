'use client';
/** Which task is open. The address says it too, so that it can be reloaded and shared between windows. */
import { useCallback, useEffect, useState } from 'react';
import { whenIdle } from '@/ui/when-idle';
import type { TaskDrawer } from './task-drawer';

const load = () => import('./task-drawer').then((module) => module.TaskDrawer);

export function useDrawer(openId: string | null) {
  const [id, setId] = useState(openId);
  const [Drawer, setDrawer] = useState<typeof TaskDrawer | null>(null);

  useEffect(() => {
    if (id) void load().then((component) => setDrawer(() => component));
    const back = () => setId(new URLSearchParams(location.search).get('task'));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, [id]);
  useEffect(() => {
    whenIdle(() => void load());
  }, []);

  const open = useCallback((next: string) => {
    history.pushState(null, '', `/?task=${encodeURIComponent(next)}`);
    setId(next);
  }, []);
  const close = useCallback(() => {
    history.replaceState(null, '', '/');
    setId(null);
  }, []);
  return { id, Drawer, open, close };
}
