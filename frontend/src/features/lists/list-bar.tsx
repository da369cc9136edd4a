'use client';
/** The lists in a row: which tasks are shown, and the way to the panel that changes lists. */
import { useTranslations } from 'next-intl';
import type { TaskList } from '@/api-client/model';
import type { Chosen } from './chosen';

interface Props {
  lists: readonly TaskList[];
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
  onEdit: () => void;
}

const chip = 'inline-flex min-h-9 shrink-0 items-center rounded-control px-2.5 text-meta whitespace-nowrap hover:bg-hover';

export function ListBar({ lists, chosen, onChoose, onEdit }: Props) {
  const t = useTranslations('lists');
  const shown = typeof chosen === 'string' ? chosen : chosen.list;
  const one = (id: string, name: string, value: Chosen) => (
    <button
      key={id}
      type="button"
      aria-pressed={shown === id}
      className={`${chip} max-w-60 ${shown === id ? 'bg-accent-soft font-semibold text-accent' : 'text-ink-2'}`}
      onClick={() => onChoose(value)}
    >
      <span className="truncate">{name}</span>
    </button>
  );
  return (
    <nav aria-label={t('title')} className="-mt-3 flex items-center gap-1">
      {lists.length > 0 && (
        <div className="flex min-w-0 gap-1 overflow-x-auto" tabIndex={-1}>
          {one('all', t('all'), 'all')}
          {lists.map(({ id, name }) => one(id, name, { list: id }))}
          {one('none', t('none'), 'none')}
        </div>
      )}
      <button type="button" aria-haspopup="dialog" className={`${chip} ml-auto text-ink-2`} onClick={onEdit}>
        {t(lists.length > 0 ? 'edit' : 'first')}
      </button>
    </nav>
  );
}
