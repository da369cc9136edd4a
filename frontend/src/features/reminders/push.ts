/** This browser as a channel: whether it can be told of reminders while no page is open, and turning that on and off. */
import { answerOf, api, ME } from '@/api-client/client';
import { newKey } from '@/features/tasks/model/steady';

/** `blocked`: the person, or their browser, refuses notifications. `unavailable`: the platform has no web push. */
export type PushState = 'on' | 'off' | 'blocked' | 'unsupported' | 'unavailable';

const WORKER = '/push-worker.js';
/** Where it stands which channel this browser is, for the page and its worker. A subscription does not say whose it is. */
const KEPT = 'push-channel';
const PLACE = `/${KEPT}`;

const path = { user_id: ME };
const once = () => ({ 'Idempotency-Key': newKey() });
const channels = (signal?: AbortSignal) => answerOf(api.GET('/api/{user_id}/channels', { params: { path }, signal }));
const isSupported = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

async function subscribed(): Promise<PushSubscription | null> {
  return (await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription()) ?? null;
}

const keptChannel = async () => (await caches.match(PLACE, { cacheName: KEPT }))?.text();
const keepChannel = async (id: string) => (await caches.open(KEPT)).put(PLACE, new Response(id));

/** How it stands in this browser for the one who is signed in. Throws Refused. */
export async function pushState(signal: AbortSignal): Promise<PushState> {
  const { items, available, push_key: key } = await channels(signal);
  if (!key || !available.includes('web_push')) return 'unavailable';
  if (!isSupported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  const kept = await keptChannel();
  const ours = items.some(({ id, enabled, state }) => id === kept && enabled && state !== 'dead');
  return ours && (await subscribed()) ? 'on' : 'off';
}

/** Asks the person and the browser, then tells the platform. Throws Refused, or what the browser says. */
export async function turnOn(name: string): Promise<PushState> {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return permission === 'denied' ? 'blocked' : 'off';
  const { push_key: key } = await channels();
  if (!key) return 'unavailable';
  const { pushManager } = await navigator.serviceWorker.register(WORKER, { updateViaCache: 'none' });
  await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe(); // perhaps somebody else's, or made with another key
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint = '', keys } = subscription.toJSON();
  const body = { kind: 'web_push' as const, name, endpoint, keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' }, messages: [] };
  try {
    const { id } = await answerOf(api.POST('/api/{user_id}/channels', { params: { path, header: once() }, body }));
    await keepChannel(id);
  } catch (refused) {
    await subscription.unsubscribe();
    throw refused;
  }
  return 'on';
}

/** Ends the subscription and takes the channel away; one that has gone already is fine. */
export async function turnOff(): Promise<PushState> {
  const channel_id = await keptChannel();
  await (await subscribed())?.unsubscribe();
  await caches.delete(KEPT);
  if (channel_id) await api.DELETE('/api/{user_id}/channels/{channel_id}', { params: { path: { user_id: ME, channel_id }, header: once() } });
  return 'off';
}

/** Whether a test message was taken by the browser's push service, and what was said about it. Throws Refused. */
export async function sendTest() {
  const channel_id = (await keptChannel()) ?? '';
  return answerOf(api.POST('/api/{user_id}/channels/{channel_id}/test', { params: { path: { user_id: ME, channel_id }, header: once() } }));
}

/** What a browser calls itself, for the list of channels. */
export function browserName(agent: string): string {
  const names = { 'Edg/': 'Edge', 'Firefox/': 'Firefox', 'Chrome/': 'Chrome', 'Safari/': 'Safari' };
  return Object.entries(names).find(([mark]) => agent.includes(mark))?.[1] ?? 'Browser';
}
