/** Before anything that uses zod: it would probe for `new Function`, which the content security policy forbids. */
import { config } from 'zod/v4/core';

config({ jitless: true });
