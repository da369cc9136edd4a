'use client';
/** A person's lists, which of them is shown, and the panel that makes and changes them, loaded when it is wanted. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { TaskList } from '@/api-client/model';
import { readLists } from './calls';
import { standing, type Chosen } from './chosen';
import type { ListsPanel } from './lists-panel';

/** The live stream says when to ask again. */
export const LISTS = ['lists'];
const NO_LISTS: readonly TaskList[] = [];

export function useLists(): readonly TaskList[] {
  const read = { queryKey: LISTS, queryFn: ({ signal }: { signal: AbortSignal }) => readLists(signal) };
  return useQuery({ ...read, staleTime: Infinity, gcTime: Infinity, refetchOnWindowFocus: false, retry: 1 }).data ?? NO_LISTS;
}

export function useChosenList() {
  const lists = useLists();
  const [wanted, choose] = useState<Chosen>('all');
  const [Panel, setPanel] = useState<typeof ListsPanel | null>(null);
  const edit = useCallback(() => void import('./lists-panel').then((loaded) => setPanel(() => loaded.ListsPanel)), []);
  const close = useCallback(() => setPanel(null), []);
  return { lists, chosen: standing(wanted, lists), choose, Panel, edit, close };
}

/** Asks for the lists again: what came of an act of our own. */
export function useRelisting(): () => void {
  const client = useQueryClient();
  return useCallback(() => void client.invalidateQueries({ queryKey: LISTS }), [client]);
}
