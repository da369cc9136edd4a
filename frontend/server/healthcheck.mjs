/** `node healthcheck.mjs`: what a container engine asks that knows no HTTP probes; 0 when the page's server is ready. */
const address = `http://127.0.0.1:${process.env.PORT ?? 3000}/health/ready`;
try {
  const answer = await fetch(address, { signal: AbortSignal.timeout(3000) });
  if (!answer.ok) {
    process.stderr.write(`${address} says ${answer.status}\n`);
    process.exitCode = 1;
  }
} catch (refused) {
  process.stderr.write(`Nothing answers at ${address}: ${refused.cause ?? refused}\n`);
  process.exitCode = 1;
}
