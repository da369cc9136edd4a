/** Runs once the browser has nothing more urgent to do: for loading what the first paint does not need. */
export function whenIdle(run: () => void): void {
  if (window.requestIdleCallback) window.requestIdleCallback(run);
  else setTimeout(run, 300);
}
