'use client';
/** A rule as the server has it: its words and its first dates. Nothing is asked until there is a rule and a start. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Due, Occurrence } from '@/api-client/model';
import { Refused } from '@/api-client/client';
import { previewRule } from './model/calls';
import type { Repeat } from './words/repeat';

export interface Preview {
  readonly text: string | null;
  /** Of the text, where the server says it. */
  readonly language?: string | undefined;
  readonly occurrences: readonly Occurrence[];
}

export interface Asked {
  /** Of the rule before while another one is being asked for; null at first and when refused. */
  readonly preview: Preview | null;
  readonly stale: boolean;
  /** Why the server refuses the rule: a stable code. */
  readonly refused: string | null;
  /** Nobody could be asked. */
  readonly unreachable: boolean;
}

export function usePreview(rrule: string | null, start: Due | null, anchor: 'schedule' | 'completion' = 'schedule', count = 5, holiday: Repeat['holiday'] = 'ignore'): Asked {
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['preview', rrule, start, anchor, count, holiday],
    queryFn: ({ signal }) => previewRule({ rrule: rrule ?? '', start: start as Due, anchor, count, ...(holiday === 'ignore' ? {} : { on_holiday: holiday }) }, signal),
    enabled: !!rrule && !!start,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  });
  const refused = error instanceof Refused && error.status === 422 ? error.code : null;
  return { preview: refused || error ? null : (data ?? null), stale: isPlaceholderData, refused, unreachable: !!error && !refused };
}

/** A date of a preview as words take it. */
export function dueOf({ date, time, time_zone }: Occurrence): Due {
  return { date, time, time_zone };
}
