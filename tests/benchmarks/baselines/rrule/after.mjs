// Reads lines of JSON {rrule, start, now} and prints, for each, the microseconds that `after(now)` takes three times.
import { createInterface } from "node:readline";

import rrule from "rrule";

for await (const line of createInterface({ input: process.stdin })) {
  const { rrule: text, start, now } = JSON.parse(line);
  const options = { ...rrule.RRule.parseString(text), dtstart: new Date(start) };
  const taken = [];
  for (let n = 0; n < 3; n += 1) {
    const began = process.hrtime.bigint();
    new rrule.RRule(options, true).after(new Date(now)); // true: no cache, a series is asked for the first time
    taken.push(Number(process.hrtime.bigint() - began) / 1000);
  }
  console.log(JSON.stringify(taken));
}
