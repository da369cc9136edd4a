/** The one browser of all our checks: Chromium from the package registry, started as a person's browser is. */
import packed from '@sparticuz/chromium';

/** Not the package's own arguments: those switch web security off and put everything into one process. */
export const ARGS = [
  '--no-sandbox',
  '--font-render-hinting=none',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Unpacks on first use (about 2 s) into the temporary folder. */
export const executablePath = () => packed.executablePath();
