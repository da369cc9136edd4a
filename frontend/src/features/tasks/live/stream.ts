/**
 * The page's live connection. One window of a browser holds the stream (an origin has six connections at
 * most) and hands its frames to the others; when it closes, the next window takes over.
 */
import { FRAME_TYPES, readFrame, type Frame } from './frames';

export interface Listener {
  /** Null: a frame that could not be read. */
  frame(frame: Frame | null): void;
  /** The stream is there (again): what happened before it must be listed. */
  opened(): void;
  lost(): void;
}

const URL_OF_STREAM = '/api/me/updates';
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

type Wire =
  | { readonly frame: [type: string, id: string, data: string] }
  | { readonly state: 'opened' | 'lost' }
  /** Sent by a window that has just come: whoever leads says how things stand. */
  | { readonly ask: true };

/** `userId` keeps two accounts in one browser apart. Returns the function that ends it. */
export function listen(userId: string, listener: Listener): () => void {
  const end = new AbortController();
  const take = (wire: Wire) => {
    if ('ask' in wire) return;
    if ('frame' in wire) listener.frame(readFrame(...wire.frame));
    else if (wire.state === 'opened') listener.opened();
    else listener.lost();
  };
  const name = `live:${userId}`;
  if (!navigator.locks || typeof BroadcastChannel === 'undefined') {
    hold(take, end.signal);
    return () => end.abort();
  }
  const channel = new BroadcastChannel(name);
  channel.onmessage = (event: MessageEvent<Wire>) => take(event.data);
  channel.postMessage({ ask: true } satisfies Wire);
  end.signal.addEventListener('abort', () => channel.close());
  const lead = () =>
    new Promise<void>((done) => {
      let last: Wire = { state: 'lost' };
      channel.onmessage = (event: MessageEvent<Wire>) => {
        if ('ask' in event.data) channel.postMessage(last);
      };
      const tell = (wire: Wire) => {
        if ('state' in wire) last = wire;
        take(wire);
        if (!end.signal.aborted) channel.postMessage(wire);
      };
      hold(tell, end.signal);
      end.signal.addEventListener('abort', () => done());
    });
  navigator.locks.request(name, { signal: end.signal }, lead).catch(() => undefined); // aborted while waiting
  return () => end.abort();
}

/** Keeps one EventSource open. It reconnects by itself after a cut; after a refusal it must be made anew. */
function hold(tell: (wire: Wire) => void, ended: AbortSignal): void {
  let wait = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;
  const connect = () => {
    source = new EventSource(URL_OF_STREAM);
    source.onopen = () => {
      wait = FIRST_WAIT_MS;
      tell({ state: 'opened' });
    };
    source.onerror = () => {
      tell({ state: 'lost' });
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
    for (const type of FRAME_TYPES)
      source.addEventListener(type, (event) => tell({ frame: [type, event.lastEventId, event.data as string] }));
  };
  connect();
  ended.addEventListener('abort', () => {
    clearTimeout(timer);
    source?.close();
  });
}
