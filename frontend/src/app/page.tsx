import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { loadPage } from '@/features/tasks/load-page';
import { TaskPage } from '@/features/tasks/task-page';

export default async function Page({ searchParams }: { searchParams: Promise<{ task?: string }> }) {
  const h = await headers();
  const userId = h.get('x-user-id');
  const unavailable = h.get('x-session-state') === 'unavailable';
  if (!userId && !unavailable) redirect('/sign-in');
  const loaded = await loadPage(userId, h.get('x-access-token'));
  if (loaded === 'signed_out') redirect('/sign-in?problem=signed_out');
  const { task } = await searchParams;
  return <TaskPage user={loaded.user} listing={loaded.listing} now={loaded.now} openId={task ?? null} />;
}
