import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { SessionPage } from '@/features/session/page';

export default async function Page({ searchParams }: { searchParams: Promise<{ problem?: string }> }) {
  const { problem } = await searchParams;
  // With a reason to be here the page stays, or a session that the backend refuses would send us in circles.
  if (!problem && (await headers()).get('x-user-id')) redirect('/');
  return <SessionPage act="sign-up" problem={problem} />;
}
