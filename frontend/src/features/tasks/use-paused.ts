'use client';
/** The series that are paused: an open task does not say so, and a closed one is on no list. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { PausedSeries } from '@/api-client/model';
import { listPaused } from './model/series-calls';
import type { PausedFold } from './paused-fold';

/** Beside the keys of single series, so that whoever asks for those anew asks for these, too. */
export const PAUSED = ['series', 'paused'];
const NONE: readonly PausedSeries[] = [];

/** The fold is not in the first paint: most people have paused nothing. */
export function usePaused() {
  const read = { queryKey: PAUSED, queryFn: ({ signal }: { signal: AbortSignal }) => listPaused(signal) };
  const series = useQuery({ ...read, staleTime: Infinity, refetchOnWindowFocus: false, retry: 1 }).data ?? NONE;
  const ids = useMemo(() => new Set(series.map((one) => one.series.id)), [series]);
  const [Fold, setFold] = useState<typeof PausedFold | null>(null);
  const wanted = series.length > 0;
  useEffect(() => {
    if (wanted) void import('./paused-fold').then((loaded) => setFold(() => loaded.PausedFold));
  }, [wanted]);
  return { series, ids, Fold };
}
