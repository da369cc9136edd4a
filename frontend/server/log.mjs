/** JSON lines on stdout, in the platform's field names. */
const APP_ID = process.env.APP_ID ?? 'todo-frontend';
const ORDER = { debug: 0, info: 1, warning: 2, error: 3 };
const threshold = ORDER[(process.env.LOG_LEVEL ?? 'info').toLowerCase()] ?? ORDER.info;

/** @param {'debug'|'info'|'warning'|'error'} level */
export function log(level, logger, message, fields = {}) {
  if (ORDER[level] < threshold) return;
  const line = { time: new Date().toISOString(), level, logger, message, app_id: APP_ID, ...fields };
  process.stdout.write(JSON.stringify(line) + '\n');
}

/** What Next prints goes the same way. */
export function redirectConsole() {
  const text = (part) => (part instanceof Error ? (part.stack ?? String(part)) : typeof part === 'string' ? part : JSON.stringify(part));
  const write = (level) => (...parts) => log(level, 'next', parts.map(text).join(' ').trim());
  Object.assign(console, { log: write('info'), info: write('info'), debug: write('debug'), warn: write('warning'), error: write('error') });
}
