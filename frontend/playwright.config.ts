import { defineConfig, devices } from '@playwright/test';
import { ARGS, executablePath } from './e2e/chromium.mjs';
import { ZONE } from './e2e/day.mjs';

/** The built app against a scripted backend. Other ports: a platform may be running beside. */
const PORT = Number(process.env.E2E_PORT ?? 33100);
const DAPR = PORT + 1;
const TOKEN = 'scripted-sidecar-token';

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  fullyParallel: true,
  workers: 2,
  // With four looks at every element, beside the tests of the deployment on two slow cores, one took 23 s.
  timeout: 45_000,
  maxFailures: 3,
  retries: process.env.CI ? 1 : 0, // a real browser on a busy machine; what needed its second try is listed as flaky
  expect: { timeout: 10_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    baseURL: `http://localhost:${PORT}`,
    timezoneId: ZONE,
    launchOptions: { executablePath: await executablePath(), args: ARGS },
    trace: 'retain-on-failure',
  },
  metadata: { dapr: `http://127.0.0.1:${DAPR}` },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1280, height: 800 }, colorScheme: 'light' } },
    { name: 'dark', use: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }, grep: /@looks/ },
    { name: 'phone', use: { ...devices['Pixel 7'], defaultBrowserType: 'chromium', colorScheme: 'light' }, grep: /@looks/ },
  ],
  webServer: [
    { command: 'node e2e/scripted-backend.mjs', url: `http://127.0.0.1:${DAPR}/v1.0/healthz/outbound`, env: { PORT: String(DAPR), DAPR_API_TOKEN: TOKEN } },
    {
      command: 'node build/server.mjs',
      url: `http://127.0.0.1:${PORT}/health/ready`,
      env: {
        PORT: String(PORT),
        HOSTNAME: 'localhost',
        DAPR_HTTP_PORT: String(DAPR),
        DAPR_API_TOKEN: TOKEN,
        ENVIRONMENT: 'production',
        LOG_LEVEL: 'error',
        SESSION_KEY: 'c2NyaXB0ZWQtYnJvd3Nlci10ZXN0cy1vbmx5LWtleSE',
      },
      stdout: 'pipe',
    },
  ],
});
