'use client';
/** The chat beside the list; on a phone over it. The conversation is kept by the server and gone on with after a reload. */
import './no-eval';
import { useChat } from '@ai-sdk/react';
import { useQuery } from '@tanstack/react-query';
import { DefaultChatTransport, type UIMessage } from 'ai';
import { useTranslations } from 'next-intl';
import { useEffect, useLayoutEffect, useRef, useState, type FormEvent } from 'react';
import type { Task } from '@/api-client/model';
import { answerOf, api, ME, Refused } from '@/api-client/client';
import { newKey } from '@/features/tasks/model/steady';
import { leaveWhenSignedOut } from '@/features/tasks/use-tasks';
import { iconButton, plainButton, primaryButton, quietButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { Answer, type AnswerProps } from './answer';
import { codeOf } from './parts';

interface Props extends Pick<AnswerProps, 'words' | 'acts' | 'tasks' | 'onOpen'> {
  userId: string;
  onClose: () => void;
}

const LONGEST = 2_000;

/** Conversations that were begun here and not asked for yet: the server does not know them before their first line. */
const begun = new Set<string>();

function newConversation(): string {
  const id = newKey();
  begun.add(id);
  return id;
}

/** Which conversation this browser goes on with. A private window may keep nothing: then it begins anew. */
function conversation(userId: string, begin = false): string {
  const name = `chat:${userId}`;
  try {
    const kept = begin ? null : localStorage.getItem(name);
    if (kept && /^[\w-]{1,64}$/.test(kept)) return kept;
    const id = newConversation();
    localStorage.setItem(name, id);
    return id;
  } catch {
    return newConversation();
  }
}

/** The contract leaves the parts of a message to the AI SDK: `parts.ts` reads them with care. */
const isMessage = (one: unknown): one is UIMessage => typeof one === 'object' && one !== null && 'id' in one && typeof one.id === 'string' && 'parts' in one && Array.isArray(one.parts);

async function earlier(id: string, signal: AbortSignal): Promise<UIMessage[]> {
  if (begun.delete(id)) return [];
  try {
    const params = { path: { user_id: ME, conversation_id: id } };
    const { messages } = await answerOf(api.GET('/api/{user_id}/chat/{conversation_id}', { params, signal }));
    return (messages as readonly unknown[]).filter(isMessage);
  } catch (error) {
    leaveWhenSignedOut(error);
    if (error instanceof Refused && error.status === 404) return [];
    throw error;
  }
}

export function ChatPanel({ userId, onClose, ...page }: Props) {
  const t = useTranslations('chat');
  const [id, setId] = useState(() => conversation(userId));
  const { data, isError, refetch } = useQuery({
    queryKey: ['chat', id],
    queryFn: ({ signal }) => earlier(id, signal),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    retry: 1,
  });
  useEffect(() => {
    // On a phone the panel covers the page: what is behind it is out of reach for every kind of user.
    const main = matchMedia('(max-width: 639px)').matches ? document.querySelector('main') : null;
    main?.toggleAttribute('inert', true);
    return () => {
      main?.toggleAttribute('inert', false);
      document.querySelector<HTMLElement>('[data-chat-button]')?.focus();
    };
  }, []);
  return (
    <aside
      data-chat=""
      aria-label={t('title')}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
      className="rise fixed inset-y-0 right-0 z-30 flex w-full flex-col border-l border-line bg-surface sm:max-w-[var(--drawer)]"
    >
      <header className="flex min-h-14 items-center gap-1 border-b border-line pr-2 pl-4">
        <h2 className="flex-1 text-field font-semibold">{t('title')}</h2>
        <button type="button" className={`${plainButton} text-meta`} onClick={() => setId(conversation(userId, true))}>
          {t('new')}
        </button>
        <button type="button" aria-label={t('close')} className={iconButton} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {data ? (
        <Talk key={id} id={id} messages={data} {...page} />
      ) : (
        <div className="flex flex-1 flex-col items-start gap-3 p-4 text-ink-2">
          {isError && (
            <>
              <p role="alert">{t('unreachable')}</p>
              <button type="button" className={quietButton} onClick={() => void refetch()}>
                {t('retry')}
              </button>
            </>
          )}
        </div>
      )}
    </aside>
  );
}

function Talk({ id, messages: kept, ...page }: { id: string; messages: UIMessage[] } & Omit<Props, 'userId' | 'onClose'>) {
  const t = useTranslations('chat');
  const [transport] = useState(
    () =>
      new DefaultChatTransport<UIMessage>({
        api: '/api/me/chat',
        // The server keeps the conversation: it needs the last line alone.
        prepareSendMessagesRequest: ({ id: chat, messages, trigger, messageId }) => ({
          body: { id: chat, messages: messages.filter(({ role }) => role === 'user').slice(-1), trigger, messageId },
        }),
      }),
  );
  const { messages, sendMessage, regenerate, stop, status, error } = useChat({ id, messages: kept, transport, generateId: newKey });
  const [line, setLine] = useState('');
  const [stopped, setStopped] = useState(false);
  const busy = status === 'submitted' || status === 'streaming';
  const field = useRef<HTMLTextAreaElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const last = messages.at(-1);
  const code = codeOf(error);
  /** The line was kept, but its answer was cut off by a reload or never came. */
  const unanswered = !busy && (!!error || last?.role === 'user');

  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    if (code === 'signed_out') leaveWhenSignedOut(new Refused(401, code));
  }, [code]);
  useLayoutEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [messages, status]);

  function say(text: string) {
    const clean = text.trim();
    if (!clean || busy) return;
    setStopped(false);
    void sendMessage({ text: clean });
    field.current?.focus();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!line.trim() || busy) return;
    say(line);
    setLine('');
  }

  return (
    <>
      <div ref={log} role="log" aria-label={t('log')} aria-busy={busy} tabIndex={0} className="flex flex-1 flex-col gap-4 overflow-y-auto p-4">
        {messages.length === 0 && <Suggestions tasks={page.tasks} onSay={say} />}
        {messages.map((message) =>
          message.role === 'user' ? (
            <p key={message.id} className="ml-10 self-end rounded-card bg-accent-soft px-3 py-2 wrap-break-word whitespace-pre-wrap">
              {message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')}
            </p>
          ) : (
            <Answer
              key={message.id}
              {...page}
              parts={message.parts}
              under={busy && message === last}
              latest={!busy && message === last}
              onSay={say}
            />
          ),
        )}
        {status === 'submitted' && <p className="text-ink-2">{t('thinking')}</p>}
        {stopped && !busy && <p className="text-meta text-ink-2">{t('stopped')}</p>}
        {unanswered && !stopped && (
          <div className="flex flex-col items-start gap-2">
            <p role="alert" className="text-ink-2">
              {t(code === 'chat_unavailable' || code === 'backend_unreachable' ? 'unreachable' : 'broken')}
            </p>
            <button type="button" className={quietButton} onClick={() => void regenerate()}>
              {t('retry')}
            </button>
          </div>
        )}
      </div>
      <form onSubmit={submit} className="flex items-end gap-2 border-t border-line p-3">
        <textarea
          ref={field}
          rows={1}
          value={line}
          maxLength={LONGEST}
          aria-label={t('line')}
          placeholder={t('placeholder')}
          enterKeyHint="send"
          onChange={({ target }) => setLine(target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
          }}
          className="field-sizing-content max-h-40 min-h-11 w-full min-w-0 flex-1 resize-none rounded-control border border-line-strong bg-surface px-3 py-2.5"
        />
        {busy ? (
          <button
            type="button"
            className={`${quietButton} min-h-11`}
            onClick={() => {
              setStopped(true);
              void stop();
              // The connection alone tells nothing: a reload closes it too, and there the answer goes on.
              void api.POST('/api/{user_id}/chat/{conversation_id}/stop', { params: { path: { user_id: ME, conversation_id: id } } }).catch(() => undefined);
            }}
          >
            {t('stop')}
          </button>
        ) : (
          <button type="submit" className={`${primaryButton} min-h-11`} disabled={!line.trim()}>
            {t('send')}
          </button>
        )}
      </form>
    </>
  );
}

/** Three lines that work, made from the person's own tasks. */
function Suggestions({ tasks, onSay }: { tasks: Readonly<Record<string, Task>>; onSay: (line: string) => void }) {
  const t = useTranslations('chat');
  const some = Object.values(tasks).find(({ status, title }) => status === 'open' && title.length <= 40);
  const lines = [t('try.today'), some ? t('try.done', { title: some.title.toLowerCase() }) : t('try.overdue'), t('try.add')];
  return (
    <div className="flex flex-col items-start gap-2">
      <p className="text-ink-2">{t('empty')}</p>
      {lines.map((line) => (
        <button key={line} type="button" className="rounded-card border border-line px-3 py-2 text-left text-accent hover:bg-hover" onClick={() => onSay(line)}>
          {line}
        </button>
      ))}
    </div>
  );
}
