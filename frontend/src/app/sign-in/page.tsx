export default function Page() {
  return <main className="p-8 text-title">Sign in</main>;
}
