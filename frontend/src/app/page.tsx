import { headers } from 'next/headers';
import { redirect } from 'next/navigation';

export default async function Page() {
  const h = await headers();
  if (!h.get('x-user-id')) redirect('/sign-in');
  return <main>tasks</main>;
}
