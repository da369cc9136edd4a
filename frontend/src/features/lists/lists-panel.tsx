'use client';
/** Lists are made, renamed and deleted here. Loaded when it is opened. */
import { useTranslations } from 'next-intl';
import { useRef, useState, type FormEvent, type RefObject } from 'react';
import type { TaskList } from '@/api-client/model';
import { Refused } from '@/api-client/client';
import { undo } from '@/features/tasks/model/calls';
import type { Acts } from '@/features/tasks/use-acts';
import { field, iconButton, primaryButton, quietButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { SidePanel } from '@/ui/side-panel';
import { showToast } from '@/ui/toasts';
import { deleteList, makeList, renameList } from './calls';
import { useRelisting } from './use-lists';

const LONGEST = 100;

interface Props {
  lists: readonly TaskList[];
  acts: Pick<Acts, 'refuse'>;
  onMade: (list: TaskList) => void;
  onClose: () => void;
}

export function ListsPanel({ lists, acts, onMade, onClose }: Props) {
  const t = useTranslations('lists');
  const relist = useRelisting();
  const fresh = useRef<HTMLInputElement>(null);

  /** Resolves to whether it was done; why not has been said by then. */
  async function attempt<T>(run: () => Promise<T>, told: (done: T) => void): Promise<boolean> {
    try {
      told(await run());
      return true;
    } catch (error) {
      if (error instanceof Refused && error.status === 412) showToast({ key: 'lists', tone: 'error', text: t('stale') });
      else acts.refuse('lists', error);
      return false;
    } finally {
      relist();
    }
  }

  const remove = (list: TaskList) =>
    attempt(() => deleteList(list), ({ undo: handle }) => {
      const back = () => void attempt(() => undo(handle ?? '', {}), () => showToast({ key: 'lists', text: t('restored', { name: list.name }) }));
      showToast({ key: 'lists', text: t('deleted', { name: list.name }), actions: handle ? [{ label: t('undo'), run: back }] : [] });
    });

  return (
    <SidePanel title={t('title')} close={t('close')} onClose={onClose}>
      <NewList input={fresh} onMake={(name) => attempt(() => makeList(name), onMade)} />
      <ul className="flex flex-col gap-2">
        {lists.map((list) => (
          <OneList key={list.id} list={list} onRename={(name) => attempt(() => renameList(list, name), () => showToast({ key: 'lists', text: t('renamed', { name }) }))} onDelete={() => void remove(list).then(() => fresh.current?.focus())} />
        ))}
      </ul>
      <p className="text-meta text-ink-2">{t(lists.length > 0 ? 'hint' : 'empty')}</p>
    </SidePanel>
  );
}

function NewList({ input, onMake }: { input: RefObject<HTMLInputElement | null>; onMake: (name: string) => Promise<boolean> }) {
  const t = useTranslations('lists');
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!name.trim() || busy) return;
    setBusy(true);
    if (await onMake(name.trim())) setName('');
    setBusy(false);
    input.current?.focus(); // the button that was pressed can be pressed no more
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex gap-2">
      <input ref={input} className={field} value={name} maxLength={LONGEST} aria-label={t('newName')} placeholder={t('newName')} autoComplete="off" onChange={({ target }) => setName(target.value)} />
      <button type="submit" className={primaryButton} disabled={!name.trim()} aria-disabled={busy}>
        <Icon name="plus" />
        {t('make')}
      </button>
    </form>
  );
}

function OneList({ list, onRename, onDelete }: { list: TaskList; onRename: (name: string) => Promise<boolean>; onDelete: () => void }) {
  const t = useTranslations('lists');
  /** Null while the name is what it is. */
  const [draft, setDraft] = useState<string | null>(null);
  const name = draft ?? list.name;
  const input = useRef<HTMLInputElement>(null);
  const dirty = name.trim() !== list.name && !!name.trim();
  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!dirty) return;
    if (await onRename(name.trim())) setDraft(null);
    input.current?.focus();
  }
  return (
    <li data-list={list.id}>
      <form onSubmit={(event) => void submit(event)} className="flex items-center gap-2">
        <input ref={input} className={field} value={name} maxLength={LONGEST} aria-label={t('nameOf', { name: list.name })} autoComplete="off" onChange={({ target }) => setDraft(target.value)} />
        {dirty && (
          <button type="submit" className={quietButton}>
            {t('rename')}
          </button>
        )}
        <button type="button" aria-label={t('delete', { name: list.name })} className={`${iconButton} hover:text-danger`} onClick={onDelete}>
          <Icon name="trash" />
        </button>
      </form>
    </li>
  );
}
