'use client';
/** Whose public holidays are the person's, and what else can be chosen. Nothing is asked before it is used. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Refused } from '@/api-client/client';
import { changeAccount, listCountries, listRegions, readAccount } from './model/account-calls';

const account = ['account'];
/** What was read once holds as long as the page. */
const once = { staleTime: Infinity, retry: 1 };

export interface Holidays {
  /** Undefined until it is known; null for nobody's. */
  readonly country: string | null | undefined;
  readonly region: string | null;
  readonly countries: readonly string[];
  readonly regions: readonly { readonly code: string; readonly name: string }[];
  /** Why it could not be read or changed: a stable code. */
  readonly wrong: string | null;
  readonly busy: boolean;
  change(place: { country?: string | null; region?: string | null }): void;
}

export function useHolidays(): Holidays {
  const client = useQueryClient();
  const mine = useQuery({ queryKey: account, queryFn: ({ signal }) => readAccount(signal), ...once });
  const country = mine.data?.country;
  const all = useQuery({ queryKey: ['countries'], queryFn: ({ signal }) => listCountries(signal), ...once });
  const its = useQuery({ queryKey: ['regions', country], queryFn: ({ signal }) => listRegions(country ?? '', signal), enabled: !!country, ...once });
  const changing = useMutation({
    mutationFn: changeAccount,
    onSuccess: (user) => {
      client.setQueryData(account, user);
      // Dates that were looked up are those of other holidays.
      void client.invalidateQueries({ queryKey: ['preview'] });
    },
  });
  const error = changing.error ?? mine.error ?? all.error;
  return {
    country: mine.data && (country ?? null),
    region: mine.data?.region ?? null,
    countries: all.data ?? [],
    regions: its.data ?? [],
    wrong: error ? (error instanceof Refused ? error.code : 'unknown') : null,
    busy: changing.isPending,
    change: (place) => changing.mutate(place),
  };
}
