/** RFC 9457 answers made by the frontend's own server, with the stable codes that the page has words for. */
const TITLES = {
  signed_out: [401, 'You are signed out.'],
  csrf: [403, 'The request came from another site.'],
  not_found: [404, 'There is nothing here.'],
  invalid_form: [422, 'The form is incomplete.'],
  backend_unreachable: [503, 'The backend cannot be reached.'],
} as const;

export type ProblemCode = keyof typeof TITLES;

export function problem(code: ProblemCode, headers: Record<string, string> = {}): Response {
  const [status, title] = TITLES[code];
  return new Response(JSON.stringify({ type: `urn:todo:problem:${code}`, title, status, code }), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  });
}
